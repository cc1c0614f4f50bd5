import { readConfig } from './config.js'
import { fail } from './fail.js'
import { systemClock } from './kernel/clock.js'
import { StartupError } from './kernel/errors.js'
import { encodeId } from './kernel/ids.js'
import { type LoadedRates, loadRates } from './rates/load-rates.js'
import { say } from './say.js'
import { withDatabase } from './with-database.js'

/** `npm run rates -- FILE|URL`: loads currency rates once, beside a server or without one, and says what it did. */
const limits = { maxBytes: 32 * 1024 * 1024, timeoutMs: 120_000 }

async function main(): Promise<void> {
  const config = readConfig(undefined, [])
  const source = process.argv[2] ?? config.currencyRates
  if (source === null || process.argv.length > 3) {
    throw new StartupError('Say where the rates are: npm run rates -- FILE or URL; or set CURRENCY_RATES.')
  }
  await withDatabase(config, 2, async (orm) => {
    const loaded = await loadRates({ orm, clock: systemClock, limits }, source).catch((error) => {
      throw new StartupError(`No rates could be loaded from ${source}: ${reasonOf(error)}`)
    })
    if (loaded.length === 0) say('There is no workspace yet.')
    for (const one of loaded) say(describe(one))
    if (loaded.some(({ error }) => error !== null)) process.exitCode = 1
  })
}

function describe({ name, workspaceId, currency, days, error, ...counts }: LoadedRates): string {
  const whose = `${name} (${encodeId('wsp', workspaceId)}, ${currency})`
  if (error !== null) return `${whose}: could not be written: ${reasonOf(error)}`
  if (days === null) return `${whose}: the source has no rates of ${currency} for the days that can be asked for.`
  const { added, changed, unchanged, keptByHand } = counts
  return `${whose}: ${added} new, ${changed} changed, ${unchanged} unchanged, ${keptByHand} kept as set by hand; ${days[0]} to ${days[1]}`
}

/** `fetch` says what went wrong in the cause of what it throws. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}

main().catch(fail)
