import Fastify, { type InjectOptions } from 'fastify'
import type { Signer } from '../../src/access/signing-keys.js'
import { createIntakeLimits, type IntakeRates } from '../../src/intake/intake-limits.js'
import { createPostbackRoute } from '../../src/intake/postback-route.js'
import { advertiser, createRecordingLedger, workspaceId } from './recording-ledger.js'

export const token = 'pbt_good1'
export const now = Date.parse('2026-06-01T12:00:00Z')
export const form = { 'content-type': 'application/x-www-form-urlencoded' }
export const json = { 'content-type': 'application/json' }

export const unlimited: IntakeRates = {
  postbacksPerAdvertiser: 0,
  postbacksPerAddress: 0,
  failuresPerAddress: 0,
  clicksPerAddress: 0,
  clickBurst: 0,
}

/** The postback route alone, before a ledger that writes down what it is given. */
export async function startPostbackServer({
  allowedIps = [] as string[],
  rates = unlimited,
  signer = null as Signer | null,
} = {}) {
  const ledger = createRecordingLedger()
  const lines: string[] = []
  const time = { nowMs: now }
  const limits = createIntakeLimits(rates, () => time.nowMs)
  const app = Fastify()
  app.register(
    createPostbackRoute({
      ledger,
      limits,
      forgetsAddresses: false,
      findSigner: async () => signer,
      findToken: async (text) => (text === token ? { workspaceId, advertiserId: advertiser.id } : null),
      findAdvertiser: async () => ({ ...advertiser, allowedIps }),
      clock: () => time.nowMs,
      log: {
        warn: (details, message) => lines.push(`${message} ${JSON.stringify(details)}`),
        error: (_details, message) => lines.push(`error ${message}`),
      },
    }),
  )
  const send = (options: InjectOptions) => app.inject({ url: '/postback', ...options })
  return { ledger, lines, limits, time, send, get: (query: string) => send({ url: `/postback?${query}` }) }
}
