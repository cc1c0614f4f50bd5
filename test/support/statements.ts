import { type TestContext } from 'node:test'
import pg from 'pg'

export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** What this process asks its databases from here on to the end of the test, but for what the ledger's writers do. */
export function watchStatements({ mock }: TestContext): Statement[] {
  const seen: Statement[] = []
  const { query } = pg.Client.prototype
  mock.method(pg.Client.prototype, 'query', function (this: pg.Client, ...sent: unknown[]) {
    const [first, second] = sent
    const asked = typeof first === 'string' ? { text: first, values: second } : (first as Partial<Statement>)
    if (!isLedgers(this)) seen.push({ text: asked.text ?? '', values: Array.isArray(asked.values) ? asked.values : [] })
    return Reflect.apply(query, this, sent)
  })
  return seen
}

/** Not in pg's types, but how each connection names itself. */
const isLedgers = (client: pg.Client) =>
  (client as unknown as { connectionParameters: { application_name?: string } }).connectionParameters
    .application_name === 'pulseback ledger'
