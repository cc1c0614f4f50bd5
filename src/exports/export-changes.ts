import { readHead } from '../catalog/read-head.js'
import { changeConditions, fixedConditions, scopeConditions } from '../reporting/conditions.js'
import { startPlace } from '../reporting/start-place.js'
import type { AskedParameters } from './asked/parameters.js'
import { readConversionFilter } from './asked/read-filters.js'
import { readCursor } from './asked/read-values.js'
import type { AskedExport, Asking } from './asked-export.js'
import { changeColumns } from './columns/change-columns.js'
import { createLiterals } from './literals.js'
import { sendPages } from './send-pages.js'

/**
 * The ledger behind a cursor, up to its head as it was when the request began. Lines never change, and positions have no
 * holes, so it does not matter when a page is read. Those who see one affiliate's or advertiser's lines walk along that
 * index, and meet no others.
 */
export function askChanges(parameters: AskedParameters, asking: Asking): AskedExport {
  const { scope, cursors } = asking
  const after = readCursor(parameters, 'after')
  const filter = readConversionFilter(parameters)
  const at = createLiterals()
  const { matches, passes } = changeConditions(filter, scope, at)
  const where = [...fixedConditions(filter, at), passes]
  return {
    columns: changeColumns,
    question: { after, filter },
    async open({ rows }) {
      const head = await readHead(rows, scope.workspaceId)
      const start = after === null ? 0 : startPlace({ scope, cursors }, after, head).position
      const walk = {
        ...{ table: 'conversion_change c', key: 'c.position', keyType: 'bigint' as const },
        walked: [
          ...scopeConditions('c', scope, at),
          `c.position > ${at.bind(start, 'bigint')}`,
          `c.position <= ${at.bind(head.position, 'bigint')}`,
        ],
        from: `conversion_change c join conversion v on v.workspace_id = c.workspace_id and v.id = c.conversion_id
          cross join lateral (select ${matches} as matches) m`,
        where,
      }
      return {
        asOf: head,
        decidedBy: { place: { ...head, revision: 0 } },
        begin: (session, sending) => sendPages(walk, session, changeColumns, head, asking, sending),
      }
    },
  }
}
