import 'reflect-metadata'
import { createAuthenticator } from '../../src/access/authenticate.js'
import { createCursors } from '../../src/access/cursor.js'
import type { Scope } from '../../src/access/scope.js'
import { readSecret } from '../../src/access/secret.js'
import { createSessions } from '../../src/access/sessions.js'
import { createSigningKeys } from '../../src/access/signing-keys.js'
import { createTokens } from '../../src/access/tokens.js'
import { createCatalogCache } from '../../src/catalog/catalog-cache.js'
import { createWorkspace } from '../../src/catalog/create-workspace.js'
import { openPipeline, type Pipeline } from '../../src/database/pipeline.js'
import { inTransaction, rowsOf } from '../../src/database/transaction.js'
import { type KeyId, newId } from '../../src/kernel/ids.js'
import { createLedger, type LedgerLimits, ledgerLimits } from '../../src/ledger/append.js'
import { createFolding, type Transact } from '../../src/ledger/fold.js'
import { createActivityFolding } from '../../src/ledger/fold-activity.js'
import type { Commit } from '../../src/ledger/ledger-change.js'
import { ensurePartitions } from '../../src/ledger/partitions.js'
import type { AskedQuestion } from '../../src/reporting/question.js'
import { readQuestion } from '../../src/reporting/question.js'
import { readReport } from '../../src/reporting/read-performance.js'
import { createTestDatabase } from './database.js'

const dayMs = 86_400_000

/** The ledger and what stands around it, on a database of its own, with a clock that moves only when it is set. */
export async function createTestBooks(startMs = Date.parse('2026-03-27T10:00:00Z')) {
  const database = await createTestDatabase({ poolMax: 8 })
  const { orm, rows, connection } = database
  const time = { nowMs: startMs }
  const clock = () => time.nowMs
  await ensurePartitions(rows, startMs - 62 * dayMs, startMs + 93 * dayMs)
  const secret = await readSecret(rows)
  const cursors = createCursors(secret)
  const tokens = createTokens({ orm, secret, clock })
  const signingKeys = createSigningKeys({ orm, secret, clock })
  const logged: string[] = []
  const logError = (error: unknown, doing: string) => void logged.push(`${doing}: ${String(error)}`)
  const authenticator = createAuthenticator({ rows, sessions: createSessions(secret, clock, rows), clock, logError })
  const transact: Transact = (work) => inTransaction(orm, (em) => work(rowsOf(em)))
  const ledgers: { close(): Promise<void> }[] = []

  /** A node's writer: several of them on one database are several nodes. */
  function openLedger(
    limits: Partial<LedgerLimits> = {},
    onCommit: (commit: Commit) => void = () => {},
    around: (pipeline: Pipeline) => Pipeline = (pipeline) => pipeline,
  ) {
    const ledger = createLedger({
      open: async () => around(await openPipeline(connection, 5_000)),
      catalogs: createCatalogCache({ rows, maxWorkspaces: 1_000, maxAgeMs: 2_000, now: clock }),
      clock,
      onCommit,
      log: (message, error) => void logged.push(`${message}: ${String(error)}`),
      limits: { ...ledgerLimits, ...limits },
    })
    ledgers.push(ledger)
    return ledger
  }

  return {
    ...database,
    time,
    clock,
    cursors,
    logged,
    openLedger,
    catalogWrites: { orm, tokens, signingKeys, authenticator, clock },
    folding: createFolding({ rows, transact }),
    activityFolding: createActivityFolding({ rows, transact }),
    /** A new workspace, seen with an admin's eyes. */
    async newScope(currency = 'EUR', timeZone = 'UTC'): Promise<Scope> {
      const { workspaceId } = await createWorkspace(orm, clock, { name: 'Shop', currency, timeZone })
      return { workspaceId, keyId: newId<'key'>() as KeyId, role: 'ADMIN', advertiserId: null, affiliateId: null }
    },
    report: (scope: Scope, asked: AskedQuestion) =>
      readReport({ rows, scope, cursors, nowMs: clock() }, readQuestion(asked, scope)),
    async close() {
      await Promise.all(ledgers.map((ledger) => ledger.close()))
      await database.drop()
    },
  }
}

export type TestBooks = Awaited<ReturnType<typeof createTestBooks>>
