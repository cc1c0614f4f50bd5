import { inspect, parseArgs } from 'node:util'
import { createRandom } from '../../src/demo/random.js'
import { buildPatched, type Patch } from '../support/patched-build.js'
import type { Finding } from './checks.js'
import type { Fault, Stage } from './fault.js'
import { briefly, faults } from './faults.js'
import { mutants } from './mutants.js'
import { openWorld } from './world.js'

const usage = `npm run chaos                                  every fault, once each
npm run chaos -- --fault NAME [--minutes N]    one, for so long; may be given several times
npm run chaos -- --slice                       ${briefly.map(({ name }) => name).join(', ')}, in short
npm run chaos -- --mutants [--fault NAME]      whether each seeded bug turns its check red; NAME may be a bug's
Faults: ${faults.map(({ name }) => name).join(', ')}
--seed N gives the same choices again.`

const { values } = parseArgs({
  options: {
    fault: { type: 'string', multiple: true },
    minutes: { type: 'string' },
    seed: { type: 'string', default: String(Math.trunc(Math.random() * 2 ** 32)) },
    slice: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const say = (line: string) => void process.stdout.write(`${line}\n`)
/** How much of its rounds a fault does in a short run. */
const sliceShare = 0.15
const mutantShare = 0.34

interface Ran {
  readonly findings: readonly Finding[]
  readonly notes: ReadonlyMap<string, string>
  readonly seconds: number
}

/** One fault in a world of its own, from its opening to its verdict. */
async function run(fault: Fault, seed: number, patches: readonly Patch[], share: number, minutes = 0): Promise<Ran> {
  const sinceMs = performance.now()
  const random = createRandom(seed)
  const steps: (() => Promise<unknown>)[] = []
  const all = [...(fault.patches ?? []), ...patches]
  const build = all.length === 0 ? null : await buildPatched(all)
  if (build !== null) steps.push(build.remove)
  const stage: Stage = {
    random,
    after: (step) => void steps.push(step),
    async open(options = {}) {
      const world = await openWorld(options, random, build?.program)
      steps.push(world.close)
      return world
    },
    async repeat(times, round) {
      const untilMs = sinceMs + minutes * 60_000
      const least = Math.max(1, Math.round(times * share))
      for (let index = 0; index < least || performance.now() < untilMs; index += 1) await round(index)
    },
  }
  try {
    const world = await fault.run(stage)
    const findings = await world.judge()
    return { findings, notes: world.notes, seconds: (performance.now() - sinceMs) / 1000 }
  } finally {
    for (const step of steps.reverse()) await step().catch((error: unknown) => say(`  afterwards: ${inspect(error)}`))
  }
}

/** A run that cannot go on is one that found something. */
async function tryToRun(...args: Parameters<typeof run>): Promise<Ran> {
  try {
    return await run(...args)
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { findings: [{ check: 'other', what }], notes: new Map(), seconds: 0 }
  }
}

async function runFaults(chosen: readonly Fault[], seed: number): Promise<boolean> {
  let isGood = true
  for (const fault of chosen) {
    const lack = (await fault.lacks?.()) ?? null
    if (lack !== null) {
      say(`skipped  ${fault.name}: ${lack}`)
      continue
    }
    const share = values.slice ? sliceShare : 1
    const { findings, notes, seconds } = await tryToRun(fault, seed, [], share, Number(values.minutes ?? 0))
    const told = [...notes].map(([name, value]) => `${name} ${value}`).join(', ')
    say(`${findings.length === 0 ? 'held   ' : 'BROKEN '}  ${fault.name}, ${seconds.toFixed(0)} s: ${told}`)
    for (const { check, what } of findings) say(`         ${check}: ${what}`)
    isGood &&= findings.length === 0
  }
  return isGood
}

/** A check that stays green over a program that is broken on purpose is none. */
async function runMutants(seed: number): Promise<boolean> {
  let isGood = true
  for (const { name, what, patches, fault: faultName, turnsRed } of mutants) {
    const fault = faults.find((one) => one.name === faultName)
    if (fault === undefined) throw new Error(`${name} is for no fault: ${faultName}`)
    if (values.fault !== undefined && !values.fault.includes(fault.name) && !values.fault.includes(name)) continue
    const { findings, seconds } = await tryToRun(fault, seed, patches, mutantShare)
    const isRed = findings.some(({ check }) => check === turnsRed)
    const first = findings.find(({ check }) => check === turnsRed) ?? findings[0]
    say(
      `${isRed ? 'red    ' : 'NOT RED'}  ${turnsRed} by ${name} (${what}) under ${fault.name}, ${seconds.toFixed(0)} s`,
    )
    if (first !== undefined) say(`         ${first.check}: ${first.what.split('\n')[0]}`)
    isGood &&= isRed
  }
  return isGood
}

async function main(): Promise<void> {
  const known: readonly { readonly name: string }[] = values.mutants ? [...faults, ...mutants] : faults
  const unknown = (values.fault ?? []).filter((wanted) => !known.some(({ name }) => name === wanted))
  if (values.help || unknown.length > 0) {
    say(usage)
    process.exitCode = unknown.length > 0 ? 1 : 0
    return
  }
  const seed = Number(values.seed)
  say(`seed ${seed}`)
  const chosen = (values.slice ? briefly : faults).filter(({ name }) => values.fault?.includes(name) ?? true)
  const isGood = values.mutants ? await runMutants(seed) : await runFaults(chosen, seed)
  if (!isGood) process.exitCode = 1
}

await main()
// Left to end by itself, Node may wait for ever in its own clean-up for requests that never end.
process.exit()
