import { fork } from 'node:child_process'
import { once } from 'node:events'
import { endChild, pathsOf } from './child.js'

/** A program that runs beside the benchmark and does what it is asked, over a channel of its own. */
export interface Driven {
  readonly pid: number
  /** Where it listens; empty if it does not. */
  readonly url: string
  ask<Answer>(name: string, input?: object): Promise<Answer>
  stop(): Promise<void>
}

interface Reply {
  readonly id: number
  readonly answer?: unknown
  readonly error?: string
}

interface Asked {
  resolve(answer: unknown): void
  reject(error: Error): void
}

const startId = 0

export async function startDriven(
  script: URL,
  env: NodeJS.ProcessEnv = {},
  nodeOptions: readonly string[] = [],
): Promise<Driven> {
  const name = script.pathname.split('/').at(-1)
  const child = fork(script.pathname, {
    execArgv: ['--enable-source-maps', ...nodeOptions],
    env: { ...pathsOf(process.env), ...env },
    // What it has to say must not get into the table.
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
  })
  const exited = once(child, 'exit')
  const asked = new Map<number, Asked>()
  let lastId = startId

  const waitFor = (id: number) => new Promise<unknown>((resolve, reject) => asked.set(id, { resolve, reject }))
  child.on('message', (message) => {
    const { id, answer, error } = message as Reply // what `answerCommands` sends
    const waiting = asked.get(id)
    asked.delete(id)
    if (error === undefined) waiting?.resolve(answer)
    else waiting?.reject(new Error(`${name}: ${error}`))
  })
  const fail = (why: string) => {
    for (const { reject } of asked.values()) reject(new Error(`${name} ${why}`))
    asked.clear()
  }
  child.on('error', (error) => fail(error.message))
  child.on('exit', (code, signal) => fail(`ended with ${signal ?? code}`))

  const url = (await waitFor(startId)) as string // what it says first
  return {
    pid: child.pid ?? 0,
    url,
    async ask<Answer>(command: string, input: object = {}) {
      lastId += 1
      const answer = waitFor(lastId)
      child.send({ id: lastId, name: command, input })
      return (await answer) as Answer // the asker knows what it asked for
    },
    stop: () => endChild(child, exited),
  }
}
