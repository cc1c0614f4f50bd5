import { readHead } from '../catalog/read-head.js'
import { lowestId } from '../ledger/partitions.js'
import { clickConditions, scopeConditions } from '../reporting/conditions.js'
import type { AskedParameters } from './asked/parameters.js'
import { readClickFilter } from './asked/read-filters.js'
import type { AskedExport, Asking } from './asked-export.js'
import { clickColumns } from './columns/click-columns.js'
import { createLiterals } from './literals.js'
import { sendPages } from './send-pages.js'

/** How far a click's id may be off its time; the ids that a stretch of time lies between name the months to open. */
const idSlackMs = 86_400_000

/** Clicks up to one revision of the books. They never change; one that was kept later has a higher revision. */
export function askClicks(parameters: AskedParameters, asking: Asking): AskedExport {
  const { scope } = asking
  const filter = readClickFilter(parameters)
  const at = createLiterals()
  const walked = [`k.workspace_id = ${at.bind(scope.workspaceId, 'uuid')}`]
  if (filter.from != null) walked.push(`k.id >= ${at.bind(lowestId(filter.from.getTime() - idSlackMs), 'uuid')}`)
  if (filter.to != null) walked.push(`k.id < ${at.bind(lowestId(filter.to.getTime() + idSlackMs), 'uuid')}`)
  const where = [...scopeConditions('k', scope, at), ...clickConditions(filter, at)]
  return {
    columns: clickColumns,
    question: filter,
    async open({ rows }) {
      const head = await readHead(rows, scope.workspaceId)
      const walk = {
        ...{ table: 'click k', key: 'k.id', keyType: 'uuid' as const, walked },
        from: 'click k',
        where: [`k.revision <= ${at.bind(head.revision, 'bigint')}`, ...where],
      }
      return {
        asOf: head,
        decidedBy: { place: { ...head, position: 0 } },
        begin: (session, sending) => sendPages(walk, session, clickColumns, head, asking, sending),
      }
    },
  }
}
