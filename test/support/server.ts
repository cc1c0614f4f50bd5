import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { withoutLimits } from './without-limits.js'

export const adminKey = 'an admin key for tests only, 32 or more'.replaceAll(' ', '-')

export interface StartedServer {
  readonly child: ChildProcess
  readonly url: string
  /** All that it has written so far, on either stream. */
  said(): string
  /** Sends the signal, unless it has ended already, and resolves to the exit code, null after a kill. */
  stop(signal: NodeJS.Signals): Promise<number | null>
  /** The data of a GraphQL operation that must succeed. */
  ask<Data>(query: string, variables?: object): Promise<Data>
  subscriber(): ReturnType<typeof createClient>
}

const startMs = 90_000

const builtProgram = fileURLToPath(new URL('../../src/main.js', import.meta.url))

/** The built program as its own process, on a free port, with its database in `dataDir` unless `more` names another. */
export async function startServer(
  dataDir: string,
  more: NodeJS.ProcessEnv = {},
  program = builtProgram,
): Promise<StartedServer> {
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [program], {
    env: { PATH, HOME, DATA_DIR: dataDir, ADMIN_KEY: adminKey, PORT: '0', ...withoutLimits, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const pieces: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece) => pieces.push(String(piece)))
  const url = await readAddress(child)
  const webSocketUrl = `${url.replace('http', 'ws')}/graphql`

  return {
    child,
    url,
    said: () => pieces.join(''),
    async stop(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const exit = once(child, 'exit')
      child.kill(signal)
      return (await exit)[0] as number | null
    },
    async ask<Data>(query: string, variables: object = {}) {
      const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' }
      const body = JSON.stringify({ query, variables })
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body })
      const { data, errors } = (await response.json()) as { data: Data; errors?: unknown }
      assert.equal(errors, undefined, JSON.stringify(errors))
      return data
    },
    subscriber: () =>
      createClient({
        url: webSocketUrl,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${adminKey}` },
        retryAttempts: 0,
      }),
  }
}

function readAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const impatience = setTimeout(() => reject(new Error(`no start after ${startMs} ms: ${said}`)), startMs)
    const hear = (chunk: unknown) => {
      said += String(chunk)
      const ready = /Pulseback is ready: (http:\S+)/.exec(said)
      if (ready?.[1] === undefined) return
      clearTimeout(impatience)
      resolve(ready[1])
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code) => {
      clearTimeout(impatience)
      reject(new Error(`the server ended with ${code}: ${said}`))
    })
  })
}
