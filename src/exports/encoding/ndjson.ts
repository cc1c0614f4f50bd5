import type { Column } from '../columns/column.js'
import type { Format } from './format.js'
import { putAscii } from './output.js'
import type { WriteValue } from './write-values.js'

const bare: readonly Column['type'][] = ['count', 'ratio', 'boolean']

/** One JSON object a line. Decimals are strings, as everywhere in the API; none is null. */
export const ndjson: Format = {
  id: 'ndjson',
  contentType: 'application/x-ndjson; charset=utf-8',
  extension: 'ndjson',
  header: () => '',
  frame({ name, type }, isFirst) {
    const key = `${isFirst ? '{' : ','}"${name}":`
    const mark = bare.includes(type) ? '' : '"'
    return { before: key + mark, after: mark, absent: `${key}null` }
  },
  rowEnd: '}\n',
  writeText,
}

const quote = 0x22
const backslash = 0x5c

function writeText(...[out, source, start, length]: Parameters<WriteValue>): void {
  const { bytes } = out
  for (let index = start; index < start + length; index += 1) {
    const byte = source[index] as number // within its length
    if (byte >= 0x20 && byte !== quote && byte !== backslash) {
      bytes[out.at] = byte
      out.at += 1
    } else putAscii(out, JSON.stringify(String.fromCharCode(byte)).slice(1, -1))
  }
}
