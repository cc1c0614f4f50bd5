import { readFile, writeFile } from 'node:fs/promises'
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

/** Each benchmark writes a part of its own into `latest.md`, and leaves those of the others as they are. */
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

  const file = `${resultsFolder}latest.md`
  const parts = (await readFile(file, 'utf8')).split(/^(?=## )/m).map((before) => before.trimEnd())
  const others = parts.slice(1).filter((other) => !other.startsWith(`## ${part}\n`))
  await writeFile(file, `${['# Latest results', ...[...others, text].sort()].join('\n\n')}\n`)
  return file
}
