import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** The functions of a folder's newest CPU profile that took most time themselves, a line each. */
export async function hottest(folder: string, count: number): Promise<string[]> {
  const file = (await readdir(folder))
    .filter((name) => name.endsWith('.cpuprofile'))
    .sort()
    .at(-1)
  if (file === undefined) return ['no profile was written']
  const { nodes, samples, timeDeltas }: Profile = JSON.parse(await readFile(join(folder, file), 'utf8'))
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const selfMicros = new Map<string, number>()
  let total = 0
  samples.forEach((id, index) => {
    const name = names.get(id) ?? ''
    const micros = timeDeltas[index] ?? 0
    if (name === '(idle)') return
    selfMicros.set(name, (selfMicros.get(name) ?? 0) + micros)
    total += micros
  })
  const top = [...selfMicros].sort((one, other) => other[1] - one[1]).slice(0, count)
  return top.map(([name, micros]) => `${((100 * micros) / total).toFixed(1).padStart(5)} %  ${name}`)
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName
  const place = url.split('/').slice(-3).join('/')
  return place === '' ? name : `${name}  ${place}:${lineNumber + 1}`
}
