import type { Place } from '../access/cursor.js'
import type { Scope } from '../access/scope.js'
import { readHead } from '../catalog/read-head.js'
import type { Parameters } from '../database/parameters.js'
import { lowestId } from '../ledger/partitions.js'
import { fixedConditions, movingConditions, scopeConditions } from '../reporting/conditions.js'
import type { ConversionFilter } from '../reporting/filters.input.js'
import type { AskedParameters } from './asked/parameters.js'
import { readConversionFilter } from './asked/read-filters.js'
import type { AskedExport, Asking } from './asked-export.js'
import { conversionColumns } from './columns/conversion-columns.js'
import { createLiterals } from './literals.js'
import { sendPages } from './send-pages.js'
import type { Walk } from './walk.js'

/**
 * Conversions as they stood at one position of the ledger: each with its latest line up to there, found by the index on
 * (workspace, conversion, position). One that has no such line was not there yet.
 */
export function askConversions(parameters: AskedParameters, asking: Asking): AskedExport {
  const { scope } = asking
  const filter = readConversionFilter(parameters)
  const at = createLiterals()
  const where = [
    ...scopeConditions('v', scope, at),
    ...fixedConditions(filter, at),
    ...movingConditions(filter, scope, { status: 'c.status', revenue: 'c.revenue' }, at),
  ]
  const seesAll = scope.role === 'ADMIN' || scope.role === 'ANALYST'
  return {
    columns: conversionColumns,
    question: filter,
    async open({ rows }) {
      const head = await readHead(rows, scope.workspaceId)
      const way = seesAll ? byId(filter, scope, at) : byFirstLine(head, scope, at)
      const line = `select * from conversion_change x
        where x.workspace_id = v.workspace_id and x.conversion_id = v.id and x.position <= ${at.bind(head.position, 'bigint')}
        order by x.position desc limit 1`
      const from = `${way.from} cross join lateral (${line}) c`
      const walk = { ...way, from, where: [...way.where, ...where] }
      return {
        asOf: head,
        decidedBy: { place: { ...head, revision: 0 } },
        begin: (session, sending) => sendPages(walk, session, conversionColumns, head, asking, sending),
      }
    },
  }
}

/** An id is made when the postback arrives, which is at most ten minutes before it says that it happened. */
const idSlackMs = 86_400_000

/** All of a workspace's, from where the first can be that happened late enough. */
function byId({ from }: ConversionFilter, { workspaceId }: Scope, at: Parameters): Walk {
  const walked = [`v.workspace_id = ${at.bind(workspaceId, 'uuid')}`]
  if (from != null) walked.push(`v.id >= ${at.bind(lowestId(from.getTime() - idSlackMs), 'uuid')}`)
  return { table: 'conversion v', key: 'v.id', keyType: 'uuid', walked, from: 'conversion v', where: [] }
}

/** One affiliate's or advertiser's, by its own index of the ledger, so that it does not look through everyone's. */
function byFirstLine({ position }: Place, scope: Scope, at: Parameters): Walk {
  return {
    table: 'conversion_change n',
    key: 'n.position',
    keyType: 'bigint',
    walked: [...scopeConditions('n', scope, at), `n.position <= ${at.bind(position, 'bigint')}`],
    from: 'conversion_change n join conversion v on v.workspace_id = n.workspace_id and v.id = n.conversion_id',
    where: ['n.previous_status is null'],
  }
}
