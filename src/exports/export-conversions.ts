import { readHead } from '../catalog/read-head.js'
import { lowestId } from '../ledger/partitions.js'
import { fixedConditions, movingConditions, scopeConditions } from '../reporting/conditions.js'
import type { AskedParameters } from './asked/parameters.js'
import { readConversionFilter } from './asked/read-filters.js'
import type { AskedExport, Asking } from './asked-export.js'
import { conversionColumns } from './columns/conversion-columns.js'
import { createLiterals } from './literals.js'
import { sendPages } from './send-pages.js'

/** An id is made when the postback arrives, which is at most ten minutes before it says that it happened. */
const idSlackMs = 86_400_000

/**
 * Conversions as they stood at one position of the ledger: each with its latest line up to there, found by the index on
 * (workspace, conversion, position). One that has no such line was not there yet.
 */
export function askConversions(parameters: AskedParameters, asking: Asking): AskedExport {
  const { scope } = asking
  const filter = readConversionFilter(parameters)
  const at = createLiterals()
  const walked = scopeConditions('v', scope, at)
  if (filter.from != null) walked.push(`v.id >= ${at.bind(lowestId(filter.from.getTime() - idSlackMs), 'uuid')}`)
  const where = [
    ...fixedConditions(filter, at),
    ...movingConditions(filter, scope, { status: 'c.status', revenue: 'c.revenue' }, at),
  ]
  return {
    columns: conversionColumns,
    question: filter,
    async open({ rows }) {
      const head = await readHead(rows, scope.workspaceId)
      const line = `select * from conversion_change x
        where x.workspace_id = v.workspace_id and x.conversion_id = v.id and x.position <= ${at.bind(head.position, 'bigint')}
        order by x.position desc limit 1`
      const walk = {
        ...{ table: 'conversion v', key: 'v.id', keyType: 'uuid' as const, walked },
        from: `conversion v cross join lateral (${line}) c`,
        where,
      }
      return {
        asOf: head,
        decidedBy: { place: { ...head, revision: 0 } },
        begin: async (_session, sending) => sendPages(walk, conversionColumns, head, asking, sending),
      }
    },
  }
}
