import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Rows } from '../../src/database/rows.js'
import { type ClickId, encodeId, type ReceiptId } from '../../src/kernel/ids.js'
import type { Told } from './books.js'

const pageRows = 20_000
/** What was not final when it was told, or may not have been. */
const unsettled: readonly string[] = ['UNMATCHED', 'QUEUED', '202']
const booked200: readonly string[] = ['ACCEPTED', 'UPDATED', 'DUPLICATE']
const first = '00000000-0000-0000-0000-000000000000'

export interface Account {
  readonly lines: readonly string[]
  readonly wrong: readonly string[]
}

/** Holds what was told against what is in the database: nothing may be missing there, and nothing be there untold. */
export async function settleAccounts(rows: Rows, told: Told): Promise<Account> {
  const wrong: string[] = []
  const complain = (text: string) => void (wrong.length < 10 && wrong.push(text))
  const left = new Map(told.receipts)
  const outcomes = new Map<string, number>()
  let pixels = 0
  type Kept = { id: ReceiptId; outcome: string; url: string }
  for await (const { id, outcome, url } of pages<Kept>(
    rows,
    'select id, outcome, url from receipt where id > $1 order by id',
  )) {
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    if (url.startsWith('/pixel.gif')) {
      pixels += 1
      continue
    }
    const receipt = encodeId('rcp', id)
    const answered = left.get(receipt)
    if (answered === undefined) complain(`${receipt} (${outcome}) was kept, and nobody was told`)
    else if (!isTrue(answered, outcome)) {
      complain(`${receipt} was told ${answered}, and is ${outcome}`)
    }
    left.delete(receipt)
  }
  for (const [receipt, answered] of left) complain(`${receipt} was told ${answered}, and is not there`)
  if (pixels !== told.pixels.kept)
    complain(`${told.pixels.kept} requests of browsers were taken, ${pixels} receipts are there`)

  const clicks = new Set(told.clicks)
  let booked = 0
  for await (const { id } of pages<{ id: ClickId }>(rows, 'select id from click where id > $1 order by id')) {
    booked += 1
    if (!clicks.delete(encodeId('clk', id)))
      complain(`the click ${encodeId('clk', id)} was booked, and nobody was told`)
  }
  for (const click of clicks) complain(`the click ${click} was told, and is not there`)

  const kept = [...outcomes].map(([outcome, count]) => `${outcome} ${count}`).sort()
  const lines = [
    `receipts: ${told.receipts.size} told by name, ${told.pixels.kept} by a browser's answer, ${told.receipts.size + pixels - left.size} kept (${kept.join(', ')})`,
    `clicks: ${told.clicks.size} told, ${booked} booked`,
  ]
  return { lines, wrong }
}

const isTrue = (answered: string, outcome: string): boolean =>
  answered === outcome || unsettled.includes(answered) || (answered === '200' && booked200.includes(outcome))

async function* pages<Row extends { id: string }>(rows: Rows, sql: string): AsyncGenerator<Row> {
  for (let after = first; ; ) {
    const page = await rows<Row>(`${sql} limit ${pageRows}`, [after])
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    after = last.id
  }
}

/** What `npm run rollups -- verify` says, and whether it found them to be what the raw rows say. */
export function recountRollups(databaseUrl: string): Promise<{ isRight: boolean; said: string }> {
  const script = fileURLToPath(new URL('../../src/recount-rollups.js', import.meta.url))
  const env = { ...process.env, DATABASE_URL: databaseUrl }
  return new Promise((resolve) => {
    execFile(process.execPath, [script, 'verify'], { env }, (error, stdout, stderr) =>
      resolve({ isRight: error === null, said: `${stdout}${stderr}`.trim() }),
    )
  })
}
