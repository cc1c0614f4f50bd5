import type { TestContext } from 'node:test'
import pg from 'pg'

/**
 * Does something before each snapshot that an export reads in, which are the only moments at which it sees the database;
 * to the end of the test. The first, number 0, is the one in which it finds out what its state is.
 */
export function beforeSnapshots({ mock }: Pick<TestContext, 'mock'>, work: (number: number) => Promise<void>): void {
  const { query } = pg.Client.prototype
  let begun = 0
  mock.method(pg.Client.prototype, 'query', function (this: pg.Client, ...sent: unknown[]) {
    const pass = () => Reflect.apply(query, this, sent)
    if (!isOfExports(this) || !String(sent[0]).startsWith('begin')) return pass()
    begun += 1
    return work(begun - 1).then(pass)
  })
}

/** What exports ask the database from here on to the end of the test. */
export function watchExports({ mock }: Pick<TestContext, 'mock'>): string[] {
  const texts: string[] = []
  const { query } = pg.Client.prototype
  mock.method(pg.Client.prototype, 'query', function (this: pg.Client, ...sent: unknown[]) {
    const [first] = sent
    if (isOfExports(this)) texts.push(typeof first === 'string' ? first : (first as { text: string }).text)
    return Reflect.apply(query, this, sent)
  })
  return texts
}

/** Not in pg's types, but how each connection names itself. */
const isOfExports = (client: pg.Client): boolean =>
  (client as unknown as { connectionParameters: { application_name?: string } }).connectionParameters
    .application_name === 'pulseback exports'
