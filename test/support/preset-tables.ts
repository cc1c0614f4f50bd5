import type { CanonicalName } from '../../src/intake/preset.js'
import { presetTable } from '../../src/intake/presets/tables.js'
import { conversionStatuses, presets } from '../../src/kernel/vocabulary.js'

const begin = '<!-- presets: written from the code by npm run schema -->\n'
const end = '\n<!-- end of presets -->'

const meanings = {
  'click id': 'click_id',
  order: 'txid',
  amount: 'amount',
  currency: 'currency',
  status: 'status',
  goal: 'event',
} as const satisfies Record<string, CanonicalName>

/** The document with what the presets are, as the code has them, between its two marks. */
export function withPresetTables(document: string): string {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)]
  if (from === -1 || to < from) throw new Error(`the document has no place for the presets: ${begin.trim()}`)
  const tables = [namesTable(), wordsTable(), urlTable()].join('\n\n')
  return document.slice(0, from + begin.length) + tables + document.slice(to)
}

function namesTable(): string {
  const rows = presets.map((preset) => {
    const { names } = presetTable(preset)
    return [`\`${preset}\``, ...Object.values(meanings).map((meaning) => code(names[meaning]))]
  })
  return table(['preset', ...Object.keys(meanings)], rows)
}

function wordsTable(): string {
  const rows = presets.map((preset) => {
    const words = [...presetTable(preset).statuses]
    return [
      `\`${preset}\``,
      ...conversionStatuses.map((wanted) =>
        code(words.filter(([, status]) => status === wanted).map(([word]) => word)),
      ),
    ]
  })
  return table(['preset', ...conversionStatuses], rows)
}

const urlTable = (): string =>
  table(
    ['preset', '`postbackUrl`, behind its token'],
    presets.map((preset) => [`\`${preset}\``, code([presetTable(preset).postbackParameters])]),
  )

const code = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(' ')

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
