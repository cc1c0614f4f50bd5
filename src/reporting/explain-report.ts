import type { Rows } from '../database/rows.js'
import type { Explained } from '../kernel/explained.js'
import type { Kind } from '../ledger/grains.js'
import { type FigureContext, filterSql, partsOf, type ReportPlan, render } from './figures-sql.js'

/** Where a report was read, for those who want to know why it was fast or slow. */
export interface ReportExplanation {
  /** The roll-ups' family; null: raw rows, because no family has all the dimensions. */
  readonly family: string | null
  /** How many rows of which table were summed up; `raw` are clicks and changes that no roll-up has. */
  readonly read: readonly { readonly from: string; readonly rows: number }[]
  /**
   * What the roll-ups had not folded yet, of the whole workspace. Null but for ADMIN and ANALYST, whom `Freshness.folding`
   * tells the same: it says how much the others do.
   */
  readonly tail: { readonly changes: number; readonly clicks: number } | null
}

/** Tells of each report that is read from now on, if somebody asks. */
export function explainTo({ told }: Explained): ((explanation: ReportExplanation) => void) | null {
  if (told === null) return null
  told.reports ??= []
  const { reports } = told
  return (explanation) => void reports.push(explanation)
}

const kinds: readonly Kind[] = ['conversion', 'click']

/** In the report's own snapshot, so of the same state. */
export async function explainReport(rows: Rows, plan: ReportPlan): Promise<ReportExplanation> {
  const [countSql, countValues] = render(countPartsSql, plan)
  const counts = await rows<{ name: string; rows: string }>(countSql, countValues)
  return {
    family: plan.source.kind === 'raw' ? null : plan.source.family,
    read: counts.map(({ name, rows: count }) => ({ from: name, rows: Number(count) })),
    tail: await readTail(rows, plan),
  }
}

async function readTail(rows: Rows, { scope, range }: ReportPlan): Promise<ReportExplanation['tail']> {
  if (scope.role !== 'ADMIN' && scope.role !== 'ANALYST') return null
  const [tail] = await rows<{ changes: string; clicks: string }>(
    `select position - $2::bigint as changes,
            (select count(*) from click where workspace_id = $1 and revision > $3::bigint) as clicks
       from workspace_head where workspace_id = $1`,
    [scope.workspaceId, range.mark.position, range.mark.revision],
  )
  return { changes: Number(tail?.changes ?? 0), clicks: Number(tail?.clicks ?? 0) }
}

function countPartsSql(context: FigureContext): string {
  const parts = kinds.flatMap((kind) =>
    partsOf(kind, context).map(
      ({ name, sql }) =>
        `select '${name}' as name, count(*) as rows from (select from (${sql}) p where ${filterSql(kind, context)}) c`,
    ),
  )
  return `select name, sum(rows) as rows from (${parts.join('\nunion all\n')}) t group by name order by name`
}
