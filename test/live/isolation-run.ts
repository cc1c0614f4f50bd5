import { createHash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { subscribe } from '../graph/talk.js'
import { createTestApp, type TestApp, until } from '../support/app.js'
import { openRawSocket, type RawSocket } from '../support/raw-socket.js'
import { type BookedLine, readBooks, sees } from './expected-changes.js'
import { type Question, questionsOf } from './questions.js'
import { approveChunk, createTenant, orderChunk, type Viewer } from './tenants.js'

/** What one subscription was sent, beside what the ledger says that it is to be sent. */
export interface Compared {
  readonly of: string
  readonly heard: Summary
  readonly expected: Summary
}

export interface Outcome {
  readonly changes: number
  readonly compared: readonly Compared[]
  /** Whatever was said that is no change of a subscription. */
  readonly strange: readonly string[]
}

/** How many messages, the first ones, and all of them by their digest. */
interface Summary {
  readonly count: number
  readonly first: readonly string[]
  readonly digest: string
}

const chunks = 50

interface Heard {
  count: number
  readonly first: string[]
  readonly digest: ReturnType<typeof createHash>
}
const newHeard = (): Heard => ({ count: 0, first: [], digest: createHash('sha256') })

function note(heard: Heard, data: string): void {
  heard.count += 1
  if (heard.first.length < 20) heard.first.push(data)
  heard.digest.update(data)
}

const summaryOf = ({ count, first, digest }: Heard): Summary => ({ count, first, digest: digest.digest('hex') })

/** One viewer's subscriptions, on a socket of its own. */
async function listen(app: TestApp, viewer: Viewer, questions: Record<string, Question>) {
  const heard: Record<string, Heard> = { fence: newHeard() }
  const strange: string[] = []
  const socket: RawSocket = await openRawSocket(app.url, {
    key: viewer.key,
    hear(bytes) {
      const text = bytes.toString('utf8')
      const [, id = '', data = ''] =
        /^\{"id":"(\w+)","type":"next","payload":\{"data":(.*?)(?:,"extensions":\{"cursor":"[^"]*"\})?\}\}$/.exec(
          text,
        ) ?? []
      const known = heard[id]
      if (known !== undefined) note(known, data)
      else if (!/^\{"type":"ping"|"type":"complete"\}$/.test(text)) strange.push(text)
    },
  })
  const start = await app.head(viewer.key)
  for (const [id, { filter, select }] of Object.entries(questions)) {
    heard[id] = newHeard()
    const query = `subscription ($after: Cursor, $filter: ConversionFilter) { conversions(after: $after, filter: $filter) { ${select} } }`
    socket.send(subscribe(id, query, { after: start, filter }))
  }
  return { viewer, questions, heard, strange, socket }
}

type Listener = Awaited<ReturnType<typeof listen>>

/** Nothing may follow what was waited for: what is asked last is answered last. */
async function untilSaid({ heard, socket }: Listener): Promise<void> {
  const fence = heard.fence as Heard // every listener has one
  socket.send(subscribe('fence', '{ viewer { role } }'))
  await until(() => fence.count === 1, 'an answer')
}

async function compare(books: readonly BookedLine[], listener: Listener): Promise<Compared[]> {
  const { viewer, questions, heard } = listener
  const own = books.filter((line) => sees(viewer, line))
  const expected = Object.entries(questions).map(([id, { passes, show }]) => {
    const summary = newHeard()
    for (const line of own) if (passes(line)) note(summary, JSON.stringify({ conversions: show(line, viewer) }))
    return { id, summary, actual: heard[id] as Heard } // made when it was subscribed
  })
  const isComplete = () => expected.every(({ summary, actual }) => actual.count >= summary.count)
  // What is missing is told by the comparison.
  await until(isComplete, 'all messages').catch(() => undefined)
  await untilSaid(listener)
  return expected.map(({ id, summary, actual }) => ({
    of: `${id} for ${viewer.role} ${viewer.advertiserId ?? viewer.affiliateId ?? ''}`,
    heard: summaryOf(actual),
    expected: summaryOf(summary),
  }))
}

async function run(): Promise<Outcome> {
  const app = await createTestApp()
  const tenants = [await createTenant(app, 'One'), await createTenant(app, 'Two')] as const
  const [one, two] = tenants
  const all = []
  for (const [own, other] of [
    [one, two],
    [two, one],
  ] as const) {
    const questions = questionsOf(own, other)
    for (const viewer of own.viewers) all.push({ own, listener: await listen(app, viewer, questions) })
  }
  // What one chunk orders is approved while the next one is ordered.
  for (let chunk = 0; chunk <= chunks; chunk += 1) {
    await Promise.all([
      chunk < chunks && orderChunk(app, tenants, chunk),
      chunk > 0 && approveChunk(app, tenants, chunk - 1),
    ])
  }
  // What had to wait for too long was queued, and is booked after its answer.
  await until(() => !app.ledger.isQueueing, 'all to be booked', 150_000)
  const compared: Compared[] = []
  let changes = 0
  for (const tenant of tenants) {
    const books = await readBooks(app.rows, tenant.workspaceId)
    changes += books.length
    for (const { own, listener } of all) if (own === tenant) compared.push(...(await compare(books, listener)))
  }
  for (const { listener } of all) listener.socket.destroy()
  await app.close()
  return { changes, compared, strange: all.flatMap(({ listener }) => listener.strange) }
}

parentPort?.postMessage(await run())
