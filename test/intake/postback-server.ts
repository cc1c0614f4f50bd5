import Fastify, { type InjectOptions } from 'fastify'
import { createPostbackRoute } from '../../src/intake/postback-route.js'
import { advertiser, createRecordingLedger, workspaceId } from './recording-ledger.js'

export const token = 'pbt_good1'
export const now = Date.parse('2026-06-01T12:00:00Z')
export const form = { 'content-type': 'application/x-www-form-urlencoded' }
export const json = { 'content-type': 'application/json' }

/** The postback route alone, before a ledger that writes down what it is given. */
export async function startPostbackServer({ allowedIps = [] as string[] } = {}) {
  const ledger = createRecordingLedger()
  const lines: string[] = []
  const app = Fastify()
  app.register(
    createPostbackRoute({
      ledger,
      findToken: async (text) => (text === token ? { workspaceId, advertiserId: advertiser.id } : null),
      findAdvertiser: async () => ({ ...advertiser, allowedIps }),
      clock: () => now,
      log: {
        warn: (details, message) => lines.push(`${message} ${JSON.stringify(details)}`),
        error: (_details, message) => lines.push(`error ${message}`),
      },
    }),
  )
  const send = (options: InjectOptions) => app.inject({ url: '/postback', ...options })
  return { ledger, lines, send, get: (query: string) => send({ url: `/postback?${query}` }) }
}
