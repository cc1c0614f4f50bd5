import { randomBytes } from 'node:crypto'
import { createCursors } from '../../src/access/cursor.js'
import type { Rows } from '../../src/database/rows.js'
import { newId, type WorkspaceId } from '../../src/kernel/ids.js'
import type { AskedQuestion } from '../../src/reporting/question.js'
import { readQuestion } from '../../src/reporting/question.js'
import { readReport } from '../../src/reporting/read-performance.js'
import { withClient } from './data-server.js'
import type { Data } from './make-data.js'
import { inputOf, type ReportQuestion } from './report-questions.js'

export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** What the product sends to the database for a report: seen while it does so. */
export function recordStatements({ large, ids, nowMs }: Data, question: ReportQuestion): Promise<Statement[]> {
  const scope = {
    workspaceId: ids.workspaceId as WorkspaceId, // the product made it
    keyId: newId<'key'>(),
    role: 'ADMIN',
    advertiserId: null,
    affiliateId: null,
  } as const
  const input = inputOf(question) as AskedQuestion // GraphQL turns no more of it into something else than the dates
  const asked = { ...input, from: question.from, to: question.to }
  const statements: Statement[] = []
  return withClient(large.connection, async (client) => {
    const rows: Rows = async (text, values = []) => {
      statements.push({ text, values })
      return (await client.query(text, [...values])).rows
    }
    await readReport({ rows, scope, cursors: createCursors(randomBytes(32)), nowMs }, readQuestion(asked, scope))
    return statements
  })
}
