import type { Choices } from './choices.js'

/**
 * The outside world of a schedule: everything that the program can only wait for (an answer, a timer, the next turn of
 * the event loop, a word from another node) is an event here, and which comes next is drawn. After each event all
 * promises that are settled are heard of, so between two events a process is at rest, and what runs belongs to the
 * process that the event was for. That is the truth of Node: a turn is never interrupted, and nothing that two turns do
 * can be told from one that did both, but for what leaves the process, each piece of which is an event of its own.
 *
 * What is kept of the real order: a process's immediates, and its timers, come in theirs. A timer may be as late as it
 * likes, as on a busy machine, but never early.
 */
export interface Process {
  readonly name: string
  /** Nothing of it happens any more. */
  readonly isDead: boolean
  /** Timers that have not run and were not cleared, without those that come again and again. */
  pending(): number
  /** Those that come again and again. */
  repeating(): number
}

export interface Scheduler {
  readonly choices: Choices
  nowMs(): number
  open(name: string): Process
  /** It happens no more; what it sent is on its way still. */
  kill(process: Process): void
  /** Does something as this process. */
  as<Result>(process: Process, work: () => Result): Result
  /** Something that happens sooner or later; none of it where its process is dead by then. */
  offer(label: string, process: Process | null, run: () => void): void
  /** As `setTimeout` of this process. */
  after(ms: number, process: Process, label: string, run: () => void): Timer
  /** The next event; false: there is none. Throws what went wrong in it. */
  step(): Promise<boolean>
  /** From here on everything happens in order, and at once. */
  calmDown(): void
  readonly isCalm: boolean
  /** What was found wrong where nobody would hear of an exception. */
  fail(error: unknown): void
  /** How many events wait for their turn. */
  ready(): number
  /** What an event came to, for whoever reads what happened. */
  note(what: string): void
  readonly trace: readonly string[]
}

export interface Timer {
  readonly everyMs: number | null
  cancel(): void
}

interface Happening {
  readonly label: string
  readonly process: Own | null
  readonly run: () => void
}

interface OwnTimer extends Timer {
  dueMs: number
  readonly label: string
  readonly run: () => void
}

interface Own extends Process {
  isDead: boolean
  readonly immediates: (() => void)[]
  /** By when they are due. */
  timers: OwnTimer[]
}

const { setImmediate: realImmediate } = globalThis
const startMs = Date.parse('2026-03-27T10:00:00Z')

export function createScheduler(choices: Choices): Scheduler & Globals {
  let nowMs = startMs
  let running: Own | null = null
  let isCalm = false
  let failure: { readonly error: unknown } | null = null
  const processes: Own[] = []
  const ready: Happening[] = []
  const trace: string[] = []
  /** How often time goes by although something else could happen. */
  const jumpOneIn = choices.of([16, 64, 6, 3])

  function own(process: Process): Own {
    return process as Own // all are made here
  }

  function current(): Own {
    if (running === null) throw new Error('nobody runs, and yet something is asked of the clock')
    return running
  }

  function offer(label: string, process: Process | null, run: () => void): void {
    if (process?.isDead !== true) ready.push({ label, process: process as Own | null, run })
  }

  function put(process: Own, timer: OwnTimer): void {
    let at = process.timers.length
    while (at > 0 && (process.timers[at - 1]?.dueMs ?? 0) > timer.dueMs) at -= 1
    process.timers.splice(at, 0, timer)
  }

  function addTimer(process: Own, ms: number, everyMs: number | null, label: string, run: () => void): OwnTimer {
    const timer: OwnTimer = {
      dueMs: nowMs + Math.max(1, ms),
      everyMs,
      label,
      run,
      cancel() {
        process.timers = process.timers.filter((other) => other !== timer)
      },
    }
    if (!process.isDead) put(process, timer)
    return timer
  }

  function addImmediate(process: Own, run: () => void): void {
    process.immediates.push(run)
    if (process.immediates.length === 1) offerTurn(process)
  }
  function offerTurn(process: Own): void {
    offer(`${process.name}: next turn`, process, () => {
      process.immediates.shift()?.()
      if (process.immediates.length > 0) offerTurn(process)
    })
  }

  function runTimer(process: Own, timer: OwnTimer): Happening {
    return {
      label: `${process.name}: ${timer.label}`,
      process,
      run() {
        nowMs = Math.max(nowMs, timer.dueMs)
        process.timers.shift()
        if (timer.everyMs !== null) {
          timer.dueMs = nowMs + timer.everyMs
          put(process, timer)
        }
        timer.run()
      },
    }
  }

  function choose(): Happening | null {
    const waiting = processes.filter(({ timers }) => timers.length > 0)
    const due: Own[] = []
    const later: Own[] = []
    for (const process of waiting) ((process.timers[0] as OwnTimer).dueMs <= nowMs ? due : later).push(process)
    const open = ready.length + due.length
    if (open > 0 && (later.length === 0 || isCalm || !choices.oneIn(jumpOneIn))) {
      const index = isCalm ? 0 : choices.below(open)
      if (index < ready.length) return ready.splice(index, 1)[0] as Happening
      const process = due[index - ready.length] as Own
      return runTimer(process, process.timers[0] as OwnTimer)
    }
    if (later.length === 0) return null
    later.sort((one, other) => (one.timers[0] as OwnTimer).dueMs - (other.timers[0] as OwnTimer).dueMs)
    // Mostly the one that is due first.
    const process = (isCalm || choices.below(4) < 3 ? later[0] : choices.of(later)) as Own
    return runTimer(process, process.timers[0] as OwnTimer)
  }

  return {
    choices,
    nowMs: () => nowMs,
    open(name) {
      const process: Own = {
        name,
        isDead: false,
        immediates: [],
        timers: [],
        pending: () => process.timers.filter(({ everyMs }) => everyMs === null).length,
        repeating: () => process.timers.filter(({ everyMs }) => everyMs !== null).length,
      }
      processes.push(process)
      return process
    },
    kill(killed) {
      const process = own(killed)
      process.isDead = true
      process.timers = []
      process.immediates.length = 0
      processes.splice(processes.indexOf(process), 1)
      ready.splice(0, ready.length, ...ready.filter((one) => one.process !== process))
    },
    as(process, work) {
      const before = running
      running = own(process)
      try {
        return work()
      } finally {
        running = before
      }
    },
    offer,
    after: (ms, process, label, run) => addTimer(own(process), ms, null, label, run),
    async step() {
      nowMs += 1
      const happening = choose()
      if (happening === null) return false
      trace.push(happening.label)
      running = happening.process
      try {
        happening.run()
        await new Promise((resolve) => realImmediate(resolve))
      } finally {
        running = null
      }
      if (failure !== null) throw failure.error
      return true
    },
    calmDown() {
      isCalm = true
    },
    get isCalm() {
      return isCalm
    },
    fail(error) {
      failure ??= { error }
    },
    ready: () => ready.length,
    note: (what) => void trace.push(`      ${what}`),
    trace,

    setTimeout: (run, ms) => addTimer(current(), ms, null, `${ms} ms are over`, run),
    setInterval: (run, ms) => addTimer(current(), ms, ms, `every ${ms} ms`, run),
    setImmediate: (run) => addImmediate(current(), run),
  }
}

/** What the global functions of the same names stand for while this one is at work. */
export interface Globals {
  setTimeout(run: () => void, ms: number): Timer
  setInterval(run: () => void, ms: number): Timer
  setImmediate(run: () => void): void
}
