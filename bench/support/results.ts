import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export interface Row {
  readonly name: string
  readonly ours: string
  readonly reference: string
  readonly ratio: string
  readonly goal: string
}

const columns = ['name', 'ours', 'reference', 'ratio', 'goal'] as const
const header: Row = { name: 'name', ours: 'ours', reference: 'reference', ratio: 'ratio', goal: 'goal' }

export function formatTable(rows: readonly Row[]): string {
  const widths = columns.map((column) => Math.max(...[header, ...rows].map((row) => row[column].length)))
  const line = (row: Row) => columns.map((column, index) => row[column].padEnd(widths[index] ?? 0)).join('  ')
  return [header, ...rows].map((row) => line(row).trimEnd()).join('\n')
}

/** Seen from the compiled file, in `dist/bench/support`. */
export const resultsFolder = fileURLToPath(new URL('../../../bench/results/', import.meta.url))

/** Each benchmark keeps a part of its own; `latest.md` is all of them together. */
export async function writeResults(
  part: string,
  facts: readonly string[],
  rows: readonly Row[],
  notes: readonly string[],
): Promise<string> {
  const table = [header, { name: '---', ours: '---', reference: '---', ratio: '---', goal: '---' }, ...rows]
    .map((row) => `| ${columns.map((column) => row[column]).join(' | ')} |`)
    .join('\n')
  const list = (lines: readonly string[]) => lines.map((text) => `- ${text}`).join('\n')
  const text = [`## ${part}`, list(facts), table, list(notes)].join('\n\n')
  await mkdir(`${resultsFolder}parts`, { recursive: true })
  await writeFile(`${resultsFolder}parts/${part}.md`, `${text}\n`)

  const names = (await readdir(`${resultsFolder}parts`)).filter((name) => name.endsWith('.md')).sort()
  const parts = await Promise.all(names.map((name) => readFile(`${resultsFolder}parts/${name}`, 'utf8')))
  const file = `${resultsFolder}latest.md`
  await writeFile(file, ['# Latest results\n', ...parts].join('\n'))
  return file
}
