import { readHead } from '../catalog/read-head.js'
import { render } from '../reporting/figures-sql.js'
import { performanceSql } from '../reporting/performance-sql.js'
import { type Question, readQuestion, tooComplex } from '../reporting/question.js'
import { readRange } from '../reporting/range-sql.js'
import { planReport } from '../reporting/read-performance.js'
import type { AskedParameters } from './asked/parameters.js'
import { readPerformanceInput } from './asked/read-performance-input.js'
import type { AskedExport, Asking, Sending } from './asked-export.js'
import type { Column } from './columns/column.js'
import { bucketColumn, dimensionColumns, metricColumns } from './columns/performance-columns.js'
import type { ExportSession } from './connections.js'
import { createChunks } from './encoding/chunks.js'
import { type CopyRow, createCopyReader } from './encoding/copy-rows.js'
import { createRowWriter, fieldsOf, type RowWriter } from './encoding/row-writer.js'
import { createLiterals } from './literals.js'
import { createSpool, type Spool } from './spool.js'

/**
 * The rows of a report. It is one statement, so one snapshot; its answer is put aside whole before anything is sent,
 * because a client that reads slowly must not keep that snapshot open.
 */
export function askPerformance(parameters: AskedParameters, asking: Asking): AskedExport {
  const { scope, limits, nowMs } = asking
  const asked = readPerformanceInput(parameters)
  const question = readQuestion(asked, scope, { most: limits.maxReportRows, unasked: limits.maxReportRows })
  const columns = columnsOf(question)
  return {
    columns,
    question,
    async open({ rows }) {
      const head = await readHead(rows, scope.workspaceId)
      // A range such as TODAY is another one tomorrow, in the books' same state.
      const { fromMs, toMs, zone, currency } = await readRange(rows, scope.workspaceId, question, null, nowMs)
      return {
        asOf: head,
        decidedBy: { place: head, more: { fromMs, toMs, zone, currency } },
        async begin(session, sending) {
          const spool = createSpool(limits)
          try {
            const found = await readInto(spool, session, question, columns, asking)
            if (asked.first == null && found > limits.maxReportRows) {
              throw tooComplex(
                `This report has more than ${limits.maxReportRows} rows: ask for fewer dimensions, or first.`,
              )
            }
            const writer = createReportWriter(columns, asking, sending)
            return { rows: sendSpool(spool, writer, question.first, sending.mayGoOn), close: spool.close }
          } catch (error) {
            await spool.close()
            throw error
          }
        },
      }
    },
  }
}

/** A column or more for each dimension, in the order in which they were asked for, between the bucket and the figures. */
const columnsOf = ({ groupBy, interval }: Question): readonly Column[] => [
  ...(interval === null ? [] : [bucketColumn]),
  ...groupBy.flatMap((dimension) => dimensionColumns.get(dimension) ?? []),
  ...metricColumns,
]

/** How many rows the report has, as far as one beyond the most that it may have. */
async function readInto(
  spool: Spool,
  { rows, copy }: ExportSession,
  question: Question,
  columns: readonly Column[],
  { scope, nowMs }: Asking,
): Promise<number> {
  const plan = await planReport({ rows, scope, nowMs }, question, null)
  const [report] = render(performanceSql, plan, createLiterals())
  const fields = fieldsOf(columns, scope).join(', ')
  return copy(`select ${fields} from (${report}) r where r.part = 1 order by r.rank`, spool.put)
}

const createReportWriter = (columns: readonly Column[], { scope }: Asking, { format, names }: Sending): RowWriter =>
  createRowWriter(columns, { format, scope, names, seal: String })

async function* sendSpool(
  spool: Spool,
  writer: RowWriter,
  first: number,
  mayGoOn: Sending['mayGoOn'],
): AsyncGenerator<Uint8Array> {
  const chunks = createChunks()
  let left = first
  const read = createCopyReader((row: CopyRow) => {
    // One more was read than was asked for.
    if (left === 0) return
    left -= 1
    chunks.makeRoom(writer.room(row.size))
    writer.write(row, chunks.out)
  })
  for await (const piece of spool.pieces()) {
    await mayGoOn()
    read(piece)
    yield* chunks.lend(chunks.take())
  }
}
