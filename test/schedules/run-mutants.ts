import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildPatched } from '../support/patched-build.js'
import { mutants } from './mutants.js'

const parts = ['src', 'test/schedules', 'test/support']

/** Runs schedules on a copy of the program for each mutant; gives the names of those that nobody noticed. */
export async function runMutants(runs: number, seed: number, only: string | undefined): Promise<string[]> {
  const unnoticed: string[] = []
  for (const mutant of mutants) {
    const { name, suite } = mutant
    if (only !== undefined && only !== suite) continue
    const build = await buildPatched([mutant], parts)
    const args = ['run.js', '--suite', suite, '--runs', String(runs), '--seed', String(seed), '--as-found']
    const { status, stdout } = spawnSync(process.execPath, args, {
      cwd: join(build.dist, 'test/schedules'),
      encoding: 'utf8',
      timeout: 900_000,
    })
    await build.remove()
    const seen = /(\d+) schedules/.exec(stdout)?.[1] ?? '?'
    const said = /^Violation: .{0,90}/m.exec(stdout)?.[0] ?? stdout.trim().split('\n').at(-1)?.slice(0, 100)
    const isFound = status === 1 && stdout.includes('Violation: ')
    if (!isFound) unnoticed.push(name)
    console.log(
      `${isFound ? `found in ${seen}` : `NOT FOUND in ${seen}`}  ${suite}: ${name}${isFound ? `\n    ${said}` : ` ${said}`}`,
    )
  }
  return unnoticed
}
