import { isDeepStrictEqual } from 'node:util'
import { encodeId, type Id } from '../../src/kernel/ids.js'
import type { Cleanup } from '../support/cleanup.js'
import { startOnDatabase } from '../support/pulseback.js'
import { type Answer, type CheckData, checkQuery, differences, readAnswer, readRaw } from './answers.js'
import { type Asker, createAsker, type Request, refusalIn } from './ask-report.js'
import { urlOf, withClient } from './data-server.js'
import type { DuckDb } from './duckdb.js'
import type { Books, Data } from './make-data.js'
import { rawSql } from './raw-sql.js'
import type { ReportQuestion, ReportQuestions } from './report-questions.js'

export const allOf = ({ days, traffic, more }: ReportQuestions): ReportQuestion[] => [days, traffic, ...more]

export const affiliateOf = ({ ids }: Data): string => encodeId('aff', ids.affiliates[0] as Id<'aff'>) // there are forty

/**
 * Every report that is measured, against the same from the raw rows, to the last decimal: rows and totals, on both
 * databases, and DuckDB's too where it is measured. What the product refuses has no answer to check, and gets no figure
 * either.
 */
export async function checkReports(
  data: Data,
  questions: ReportQuestions,
  duck: DuckDb,
  cleanup: Cleanup,
  say: (line: string) => void,
): Promise<void> {
  const problems: string[] = []
  for (const size of ['large', 'small'] as const) {
    const server = await startOnDatabase(urlOf(data[size].connection), cleanup)
    const asker = createAsker(server, affiliateOf(data))
    for (const question of allOf(questions)) {
      const isForDuck = size === 'large' && (question === questions.days || question === questions.traffic)
      const found = await checkOne(asker, data[size], data.ids.workspaceId, question, isForDuck ? duck : null, say)
      problems.push(...found.map((line) => `${question.label}, ${size}: ${line}`))
    }
    await server.stop()
  }
  if (problems.length > 0) throw new Error(`The answers are not the same, so no figures:\n  ${problems.join('\n  ')}`)
}

async function checkOne(
  asker: Asker,
  { connection }: Books,
  workspaceId: string,
  question: ReportQuestion,
  duck: DuckDb | null,
  say: (line: string) => void,
): Promise<string[]> {
  const raw = await withClient(connection, (client) => client.query(rawSql(question, 'PostgreSQL', workspaceId)))
  if (raw.rows.length === 0) return ['there is nothing in it']
  const expected = readRaw(question, raw.rows)
  const problems: string[] = []
  const compare = (whose: string, answer: Answer) =>
    problems.push(...differences(answer, expected).map((line) => `${whose}, ${line}`))

  if (duck !== null)
    compare('DuckDB', readRaw(question, (await duck.query(rawSql(question, 'DuckDB', workspaceId))).rows))
  const { text } = await asker.send(await asker.prepare(question, checkQuery))
  const refused = refusalIn(text)
  if (refused === null) compare('ours', readAnswer((JSON.parse(text) as { data: CheckData }).data))
  else say(`  ${question.label} is refused: ${refused}`)
  return problems
}

/** The bare route must give what the product gives, all of it. Gives how long that answer is; null: it was refused. */
export async function checkBare(asker: Asker, ours: Request, bare: Request): Promise<number | null> {
  const { text } = await asker.send(ours)
  if (refusalIn(text) !== null) return null
  const other = await asker.send(bare)
  if (!isDeepStrictEqual(JSON.parse(other.text), JSON.parse(text))) {
    const beginnings = [other, { text }].map((one) => one.text.slice(0, 400)).join('\n')
    throw new Error(`The bare route's answer is not the product's:\n${beginnings}`)
  }
  return Buffer.byteLength(text)
}
