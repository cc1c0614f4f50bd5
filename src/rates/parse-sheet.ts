import { parse as parseCsv } from 'csv-parse/sync'
import { XMLParser } from 'fast-xml-parser'
import { parseDay } from '../kernel/day.js'
import { type DaysRates, type RateSheet, sheetBase } from './rate-sheet.js'

/**
 * Reads the files of the European Central Bank's reference rates, XML or CSV. Whoever wrote the file is not trusted: it
 * is taken whole or not at all, and a number stays the text that it is. Throws an error that says what is wrong.
 */
export function parseSheet(text: string): RateSheet {
  const content = text.replace(/^\uFEFF/, '').trimStart()
  const sheet = content.startsWith('<') ? readXml(content) : readCsv(content)
  if (sheet.size === 0) throw new Error('it has no rates')
  return sheet
}

/** `<Cube><Cube time='2026-11-20'><Cube currency='USD' rate='1.0567'/>…`: three levels of the same element. */
function readXml(text: string): RateSheet {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseAttributeValue: false,
    parseTagValue: false,
    // What an entity stands for is never looked at, so it cannot grow.
    processEntities: false,
    maxNestedTags: 10,
    isArray: (name) => name === 'Cube',
  })
  const document: unknown = parser.parse(text, true)
  const sheet = new Map<string, DaysRates>()
  for (const day of childrenOf(childrenOf(member(document, 'gesmes:Envelope')))) {
    const entries = childrenOf([day]).map((cube): [string, string] => [textOf(cube, 'currency'), textOf(cube, 'rate')])
    addDay(sheet, textOf(day, 'time'), entries)
  }
  return sheet
}

/** The cubes directly within these. */
function childrenOf(cubes: unknown): unknown[] {
  const within = Array.isArray(cubes) ? cubes : [cubes]
  return within.flatMap((cube) => {
    const inner = member(cube, 'Cube')
    return Array.isArray(inner) ? inner : []
  })
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
}

function textOf(cube: unknown, name: string): string {
  const text = member(cube, name)
  if (typeof text !== 'string') throw new Error(`a Cube has no ${name}`)
  return text
}

/** `Date,USD,JPY,…`, a day a line; `N/A` where there was no rate, and a comma at the end of each line. */
function readCsv(text: string): RateSheet {
  const [header, ...lines] = parseCsv(text, { trim: true, skip_empty_lines: true, relax_column_count: true })
  if (header?.[0] !== 'Date') throw new Error('it is neither XML nor CSV that begins with Date')
  const sheet = new Map<string, DaysRates>()
  for (const [date = '', ...rates] of lines) {
    const entries = header.slice(1).map((currency, index): [string, string] => [currency, rates[index] ?? ''])
    addDay(
      sheet,
      readDate(date),
      entries.filter(([currency, rate]) => currency !== '' && rate !== '' && rate !== 'N/A'),
    )
  }
  return sheet
}

const months = 'January February March April May June July August September October November December'.split(' ')

/** `2026-11-20`, or `20 November 2026`, as the file of the day has it. */
function readDate(text: string): string {
  const [, day = '', month = '', year] = /^(\d{1,2}) (\w+) (\d{4})$/.exec(text) ?? []
  if (year === undefined) return text
  return `${year}-${String(months.indexOf(month) + 1).padStart(2, '0')}-${day.padStart(2, '0')}`
}

const currencyCode = /^[A-Z]{3}$/
/** Sixteen digits at most, so that a quotient of two of them can be rounded exactly. */
const rateText = /^\d{1,8}(\.\d{1,8})?$/

function addDay(sheet: Map<string, DaysRates>, day: string, entries: readonly (readonly [string, string])[]): void {
  if (parseDay(day) === null) throw new Error(`"${shorten(day)}" is no day`)
  if (sheet.has(day)) throw new Error(`it has ${day} twice`)
  const rates = new Map<string, string>()
  for (const [currency, rate] of entries) {
    if (!currencyCode.test(currency)) throw new Error(`"${shorten(currency)}" is no currency (${day})`)
    if (!rateText.test(rate) || !/[1-9]/.test(rate)) {
      throw new Error(`"${shorten(rate)}" is no rate (${currency}, ${day})`)
    }
    if (rates.has(currency) || currency === sheetBase) throw new Error(`it has ${currency} once too often (${day})`)
    rates.set(currency, rate)
  }
  sheet.set(day, rates)
}

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text)
