import type { Pipeline } from '../../../src/database/pipeline.js'
import type { Rows } from '../../../src/database/rows.js'
import { type Table, toJson } from '../../../src/ledger/columns.js'
import type { Process, Scheduler, Timer } from '../scheduler.js'
import { connectionLost, serverError } from './errors.js'
import { type Statement, statementOf, type Values } from './statements.js'
import { applyDraft, createDraft, createTables, type Draft, type HeadRow, type Tables } from './tables.js'

/**
 * What PostgreSQL promises the program, and no more:
 *
 * - A connection's statements are executed in the order in which they were sent, one after the other, and their answers
 *   arrive in that order, later. Those of different connections come in any order.
 * - A transaction's rows are seen by nobody until its COMMIT, and then all of them at once, by every statement that begins
 *   after it. A statement outside of a transaction is one of its own.
 * - A locked head keeps out whoever wants to lock it until the end of the transaction that holds it. Who waits sees the
 *   row as it is when the wait is over. Any of those who wait may be next. After two seconds a wait is an error.
 * - A statement that fails, fails its transaction: what follows is refused, COMMIT rolls back and says so.
 * - A connection may end at any time: what was executed stays executed, what was open is rolled back, and the client is
 *   told of nothing that it has not been told of yet. Cut by its client, it may still execute some of what was sent, or
 *   all of it, and that at any later time: a COMMIT as well.
 */
export interface MemoryDatabase {
  readonly tables: Tables
  readonly isAway: boolean
  openPipeline(process: Process): Promise<Pipeline>
  /** A pool: each statement is a transaction of its own, on any connection. */
  rows(process: Process): Rows
  /** What another program does in a transaction of its own, once nobody holds the lock of this workspace. */
  change(label: string, workspaceId: string, work: (head: HeadRow) => void): void
  /** The process is gone; what it had sent may arrive still. */
  abandon(process: Process): void
  readonly troubles: Troubles
  /** How many statements of its pool a process waits for. */
  reads(process: Process): number
  /** Transactions that are open, those that wait for a lock included. */
  open(): number
}

/** Each does nothing where it finds nobody to trouble. */
export interface Troubles {
  /** The server ends a connection: an administrator, a time-out, a failover. */
  endConnection(): void
  /** The network does. */
  cutConnection(): void
  /** The next statement of a connection fails, for a reason of the server's own. */
  failStatement(): void
  /** The next statement of the pool fails. */
  failRead(): void
  /** A connection gets no answer for so long. */
  stall(ms: number): void
  goAway(forMs: number): void
}

/** Told of each COMMIT, before it takes effect. */
export type OnCommit = (draft: Draft, tables: Tables) => void

interface Sent {
  readonly command: 'begin' | 'commit' | 'rollback' | null
  readonly statement: Statement | null
  readonly values: Values
  readonly resolve: (answer: object[] | string) => void
  readonly reject: (error: unknown) => void
}

interface Backend {
  readonly name: string
  readonly process: Process
  /** What has arrived, or will. */
  inbox: Sent[]
  /** Executed, and not known to the client. */
  answers: (() => void)[]
  /** Sent, and not answered. */
  unanswered: Set<Sent>
  transaction: { readonly draft: Draft; failed: boolean } | null
  readonly locks: Set<string>
  waitsFor: string | null
  waiting: Timer | null
  /** By the client, or from under it. */
  isCut: boolean
  isOver: boolean
  isExecuting: boolean
  isAnswering: boolean
  stalledUntilMs: number
  failsNext: boolean
}

const lockTimeoutMs = 2_000
const queryTimeoutMs = 5_000

export function createMemoryDatabase(scheduler: Scheduler, onCommit: OnCommit): MemoryDatabase {
  const { choices, offer } = scheduler
  const tables = createTables()
  const server = scheduler.open('database')
  const backends = new Set<Backend>()
  const locks = new Map<string, Backend>()
  /** What others want to do once a head is free. */
  const changes: { readonly workspaceId: string; readonly begin: () => void }[] = []
  let connections = 0
  let isAway = false
  let failsNextRead = false
  const reads = new Map<Process, number>()
  const aborted = serverError('25P02', 'current transaction is aborted')

  function goOn(backend: Backend): void {
    if (backend.isExecuting || backend.isOver || backend.waitsFor !== null) return
    if (backend.inbox.length === 0 && !backend.isCut) return
    backend.isExecuting = true
    const label = `database: ${backend.name} goes on`
    const execute = () => {
      const stalledMs = backend.stalledUntilMs - scheduler.nowMs()
      if (stalledMs > 0) {
        scheduler.after(stalledMs, server, label, execute)
        return
      }
      backend.isExecuting = false
      if (!backend.isOver) executeSome(backend)
    }
    offer(label, null, execute)
  }

  function executeSome(backend: Backend): void {
    const most = scheduler.isCalm || !choices.oneIn(3) ? Number.POSITIVE_INFINITY : 1 + choices.below(4)
    for (let count = 0; count < most && backend.waitsFor === null; count += 1) {
      const sent = backend.inbox[0]
      if (sent === undefined) break
      if (execute(backend, sent)) backend.inbox.shift()
    }
    if (backend.inbox.length === 0 && backend.isCut) end(backend)
    goOn(backend)
    tell(backend)
  }

  /** False: it has to wait for a lock. */
  function execute(backend: Backend, sent: Sent): boolean {
    try {
      const result = perform(backend, sent)
      scheduler.note(`${backend.name} ${result === null ? 'waits' : (sent.command ?? sent.statement?.name)}`)
      if (result === null) return false
      backend.answers.push(() => sent.resolve(result))
    } catch (error) {
      // What is no answer of a server is found wrong by this world.
      if (!(error instanceof Error && 'code' in error)) scheduler.fail(error)
      scheduler.note(`${backend.name} ${sent.command ?? sent.statement?.name}: ${error}`)
      if (backend.transaction !== null) backend.transaction.failed = true
      backend.answers.push(() => sent.reject(error))
    }
    return true
  }

  function perform(backend: Backend, { command, statement, values }: Sent): object[] | string | null {
    const { transaction } = backend
    if (command === 'begin') {
      backend.transaction ??= { draft: createDraft(), failed: false }
      return 'BEGIN'
    }
    if (command !== null) {
      if (command === 'commit' && backend.failsNext) {
        rollBack(backend)
        fail(backend)
      }
      const commits = command === 'commit' && transaction !== null && !transaction.failed
      if (commits) commit(backend, transaction.draft)
      else rollBack(backend)
      return commits ? 'COMMIT' : 'ROLLBACK'
    }
    if (transaction?.failed) throw aborted
    if (backend.failsNext) fail(backend)
    if (statement === null) return []
    for (const id of statement.locks?.(values) ?? []) if (!lock(backend, id)) return null
    stopWaiting(backend)
    if (statement.writes && transaction === null) throw new Error('a batch writes outside of a transaction')
    return statement.run(tables, values, transaction?.draft ?? null)
  }

  function fail(backend: Backend): never {
    backend.failsNext = false
    throw serverError('53100', 'could not extend file: No space left on device')
  }

  function lock(backend: Backend, id: string): boolean {
    const holder = locks.get(id)
    if (holder === backend || !tables.heads.has(id)) return true
    if (holder === undefined) {
      locks.set(id, backend)
      backend.locks.add(id)
      return true
    }
    backend.waitsFor = id
    backend.waiting ??= scheduler.after(lockTimeoutMs, server, `${backend.name} has waited too long`, () => {
      stopWaiting(backend)
      const sent = backend.inbox.shift()
      if (backend.transaction !== null) backend.transaction.failed = true
      const error = serverError('55P03', 'canceling statement due to lock timeout')
      backend.answers.push(() => sent?.reject(error))
      goOn(backend)
      tell(backend)
    })
    return false
  }

  function stopWaiting(backend: Backend): void {
    backend.waitsFor = null
    backend.waiting?.cancel()
    backend.waiting = null
  }

  function unlock(backend: Backend): void {
    for (const id of backend.locks) {
      locks.delete(id)
      for (const other of backends) {
        if (other.waitsFor !== id) continue
        // Its time goes on, should another be quicker.
        other.waitsFor = null
        goOn(other)
      }
      for (const one of changes.filter(({ workspaceId }) => workspaceId === id)) {
        changes.splice(changes.indexOf(one), 1)
        one.begin()
      }
    }
    backend.locks.clear()
  }

  function commit(backend: Backend, draft: Draft): void {
    for (const { workspace_id: id } of draft.heads) {
      if (!backend.locks.has(id)) throw new Error(`the head of ${id} is written by one who does not hold it`)
    }
    onCommit(draft, tables)
    applyDraft(tables, draft)
    rollBack(backend)
  }

  /** After a commit, nothing of the transaction is left but its locks. */
  function rollBack(backend: Backend): void {
    stopWaiting(backend)
    backend.transaction = null
    unlock(backend)
  }

  function end(backend: Backend): void {
    backend.isOver = true
    backend.inbox = []
    backends.delete(backend)
    rollBack(backend)
  }

  function tell(backend: Backend): void {
    if (backend.isAnswering || backend.answers.length === 0 || backend.isCut) return
    backend.isAnswering = true
    offer(`${backend.process.name}: hears on ${backend.name}`, backend.process, () => {
      backend.isAnswering = false
      const all = backend.answers.length
      if (all === 0) return
      const some = scheduler.isCalm || !choices.oneIn(3) ? all : 1 + choices.below(all)
      for (const answer of backend.answers.splice(0, some)) answer()
      tell(backend)
    })
  }

  /** What the client has not heard of it will not hear; it learns of that in a moment. */
  function lose(backend: Backend): void {
    backend.isCut = true
    backend.answers = []
    const lost = [...backend.unanswered]
    backend.unanswered.clear()
    if (lost.length === 0) return
    offer(`${backend.process.name}: finds ${backend.name} cut`, backend.process, () => {
      for (const sent of lost) sent.reject(connectionLost())
    })
  }

  /** From the client's side, so that of what was sent only a part may have got through. */
  function cut(backend: Backend): void {
    if (backend.isCut) return
    // What waits for a lock has arrived.
    const least = backend.waitsFor === null ? 0 : 1
    const arrives = least + (scheduler.isCalm ? 0 : choices.below(backend.inbox.length + 1 - least))
    backend.inbox = backend.inbox.slice(0, arrives)
    lose(backend)
    goOn(backend)
  }

  function connect(process: Process): { backend: Backend; pipeline: Pipeline } {
    connections += 1
    const backend: Backend = {
      name: `c${connections}`,
      process,
      inbox: [],
      answers: [],
      unanswered: new Set(),
      transaction: null,
      locks: new Set(),
      waitsFor: null,
      waiting: null,
      isCut: false,
      isOver: false,
      isExecuting: false,
      isAnswering: false,
      stalledUntilMs: 0,
      failsNext: false,
    }
    backends.add(backend)

    function send<Answer>(command: Sent['command'], statement: Statement | null, values: Values): Promise<Answer> {
      if (backend.isCut) return Promise.reject(connectionLost())
      return new Promise((resolve, reject) => {
        const settle =
          <Value>(settled: (value: Value) => void) =>
          (value: Value) => {
            backend.unanswered.delete(sent)
            settled(value)
          }
        const sent: Sent = {
          ...{ command, statement, values },
          // Each statement's answer is of its kind.
          resolve: settle(resolve as (answer: object[] | string) => void),
          reject: settle(reject),
        }
        backend.unanswered.add(sent)
        backend.inbox.push(sent)
        goOn(backend)
      })
    }

    const pipeline: Pipeline = {
      rows: (sql, values = []) => send(null, statementOf(sql), values),
      copy: (table, _, rows) => send(null, statementOf(`copy ${table} `), [toJson(table as Table, rows)]),
      together: (sendAll) => sendAll(),
      command: (sql) => send(sql as Sent['command'], null, []),
      close: () =>
        new Promise((resolve) => {
          offer(`${process.name}: closes ${backend.name}`, process, () => {
            cut(backend)
            resolve()
          })
        }),
      destroy: () => cut(backend),
    }
    return { backend, pipeline }
  }

  /** One of those that are in use. */
  function victim(): Backend | null {
    const busy = [...backends].filter(({ isCut, unanswered }) => !isCut && unanswered.size > 0)
    return busy.length === 0 ? null : choices.of(busy)
  }

  /** What was executed may have been told, or not. */
  function endByServer(backend: Backend): void {
    const told = choices.below(backend.answers.length + 1)
    const answers = backend.answers.slice(0, told)
    backend.answers = []
    end(backend)
    if (backend.isCut || backend.process.isDead) return
    if (answers.length > 0) {
      offer(`${backend.process.name}: hears the last of ${backend.name}`, backend.process, () => {
        for (const answer of answers) answer()
        lose(backend)
      })
      // Nothing can be sent any more, and nothing else is told.
      backend.isAnswering = true
    } else lose(backend)
  }

  return {
    tables,
    get isAway() {
      return isAway
    },
    openPipeline: (process) =>
      new Promise((resolve, reject) => {
        offer(`${process.name}: connects`, process, () => {
          if (isAway) reject(new Error('connect ECONNREFUSED'))
          else resolve(connect(process).pipeline)
        })
      }),
    rows:
      (process) =>
      (sql, values = []) =>
        new Promise((resolve, reject) => {
          const statement = statementOf(sql)
          reads.set(process, (reads.get(process) ?? 0) + 1)
          offer(`database: reads for ${process.name}`, process, () => {
            const fails = isAway || failsNextRead
            failsNextRead = false
            const found = fails ? [] : statement.run(tables, values, null)
            offer(`${process.name}: hears of a read`, process, () => {
              reads.set(process, (reads.get(process) ?? 0) - 1)
              if (fails) reject(connectionLost())
              else resolve(found as never) // rows of this statement
            })
          })
        }),
    change(label, workspaceId, work) {
      const begin = () =>
        offer(label, null, () => {
          const head = tables.heads.get(workspaceId)
          if (locks.has(workspaceId)) changes.push({ workspaceId, begin })
          else if (head !== undefined) work(head)
        })
      begin()
    },
    abandon(process) {
      for (const backend of backends) {
        if (backend.process !== process || backend.isCut) continue
        cut(backend)
      }
    },
    troubles: {
      endConnection() {
        const backend = victim()
        if (backend !== null) endByServer(backend)
      },
      cutConnection() {
        const backend = victim()
        if (backend !== null) cut(backend)
      },
      failStatement() {
        const backend = victim()
        if (backend !== null) backend.failsNext = true
      },
      failRead() {
        failsNextRead = true
      },
      stall(ms) {
        const backend = victim()
        if (backend === null) return
        backend.stalledUntilMs = scheduler.nowMs() + ms
        // The client's own time-out: what it waits for fails, and the connection is none the wiser.
        const waited = [...backend.unanswered]
        scheduler.after(queryTimeoutMs, backend.process, `${backend.name} gave no answer in time`, () => {
          for (const sent of waited) if (backend.unanswered.has(sent)) sent.reject(new Error('Query read timeout'))
        })
      },
      goAway(forMs) {
        if (isAway) return
        isAway = true
        for (const backend of backends) endByServer(backend)
        scheduler.after(forMs, server, 'the database is back', () => {
          isAway = false
        })
      },
    },
    reads: (process) => reads.get(process) ?? 0,
    open: () => [...backends].filter(({ transaction }) => transaction !== null).length,
  }
}
