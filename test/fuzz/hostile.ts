import type { Draw } from './draw.js'

/** Texts that have broken programs of this kind, by what they are mistaken for. */
const numbers = [
  ...[
    '1e309',
    '-1e309',
    '-0',
    'NaN',
    'Infinity',
    '-1',
    '+1',
    '0x10',
    '0b1',
    '1_000',
    '1,50',
    '1.5.5',
    '.5',
    '5.',
    ' 5 ',
  ],
  ...[
    '９９',
    '٣',
    '999999999999999999999999',
    '123456789012.12345678',
    '1234567890123',
    '0.000000001',
    '1e-9',
    '00012',
  ],
  ...['9007199254740993', '2147483648', '-2147483649', '18446744073709551616', '1'.repeat(400)],
]
const dates = [
  ...['0000-00-00T00:00:00Z', '9999-12-31T23:59:59Z', '-271821-04-20T00:00:00Z', '+275760-09-13T00:00:00.001Z'],
  ...['2026-02-30T00:00:00Z', '2026-06-01T25:61:61Z', '2026-06-01', '2026-06-01T00:00:00', '2026-06-01T00:00:00+99:99'],
  ...['8640000000000001', '-1', '0', '99999999999999999', '1e12', 'now', 'NOW', 'yesterday', '2026-W23-1'],
]
const names = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'then',
    'length',
    '__defineGetter__',
  ],
  ...['token', 'txid', 'click_id', 'query', 'variables', 'first', 'filter', '', ' ', '[]', 'a[b]', 'a.b', '$ne'],
]
const markup = [
  ...[
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '=cmd()',
    "=cmd|'/c calc'!A0",
    '+SUM(A1:A9)',
    '@x',
    '-2+3',
  ],
  ...[
    "' or 1=1 --",
    '"; drop table receipt; --',
    '$(reboot)',
    '`id`',
    '../../etc/passwd',
    '{{7*7}}',
    '%s%n',
    '$' + '{jndi:ldap://x}',
  ],
]
const unfilled = ['{click_id}', '{order_id}', '{{amount}}', '%7Bamount%7D', '[CLICK_ID]', '$' + '{amount}', '#amount#']
const odd = [
  ...['\0', 'a\0b', '\x1f', '\x7f', '\u0085', '\u2028', '\ufeff', '\u202egnp.exe', '\ud800', 'a\udfff', '\udc00\ud800'],
  ...[
    '😀',
    '👨‍👩‍👧‍👦',
    'İ',
    'ß',
    'e\u0301',
    '漢字',
    '\uffff',
    '\r\nx-injected: 1',
    '\nlevel=50',
    '\t',
    '',
    ' ',
    'null',
    'undefined',
  ],
]
const long = [64, 65, 128, 129, 255, 256, 1_024, 2_048, 2_049]

export function hostileText(draw: Draw): string {
  switch (draw.upTo(9)) {
    case 0:
    case 1:
      return draw.oneOf(numbers)
    case 2:
      return draw.oneOf(dates)
    case 3:
      return draw.oneOf(names)
    case 4:
      return draw.oneOf(markup)
    case 5:
      return draw.oneOf(unfilled)
    case 6:
      return draw.oneOf(['x', '9', 'ä', '😀', '%', '"', '\\']).repeat(draw.oneOf(long))
    case 7:
      return hostileText(draw) + hostileText(draw)
    default:
      return draw.oneOf(odd)
  }
}

export const hostileName = (draw: Draw): string => (draw.happens(50) ? draw.oneOf(names) : hostileText(draw))

/** What is no UTF-8, or would be if decoders were kinder than they may be. */
const brokenBytes = [
  'ff',
  'fe',
  'c0af',
  'c080',
  'e08080',
  'eda080',
  'edbfbf',
  'f4908080',
  'f8808080',
  '80',
  'c3',
  'e282',
  'f09f98',
]

export const hostileBytes = (draw: Draw): Buffer =>
  draw.happens(50) ? Buffer.from(draw.oneOf(brokenBytes), 'hex') : draw.bytes(1 + draw.upTo(20))

/** A value as JSON text, and now and then as what is none. */
export function hostileJson(draw: Draw): string {
  switch (draw.upTo(8)) {
    case 0:
      return draw.oneOf(['1e309', '-1e309', '-0', '0.10', '1E+2', '123456789012345678901234567890', '1e-400', '5e-324'])
    case 1:
      return draw.oneOf([
        '"\\ud800"',
        '"\\udfff\\ud800"',
        '"\\u0000"',
        '"a\\u0000b"',
        '"\\u2028"',
        '"\\/"',
        '"\\ud83d\\ude00"',
      ])
    case 2:
      return draw.oneOf([
        'NaN',
        'Infinity',
        '01',
        '+1',
        '.5',
        "'x'",
        'undefined',
        '"\t"',
        '"x',
        '{',
        ']',
        '',
        '\u00a0',
        '//',
      ])
    case 3:
      return draw.oneOf(['[]', '{}', '[1,2]', '{"a":{"b":1}}', '{"__proto__":{"x":1}}', '{"toString":1}', '[null]'])
    case 4:
      return deep(draw, draw.oneOf([10, 100, 2_000]))
    case 5:
      return draw.oneOf(['true', 'false', 'null', '0', '-1', '""', '1.0'])
    default:
      return JSON.stringify(hostileText(draw))
  }
}

/** Closed, or as deep as it is long. */
export function deep(draw: Draw, depth: number): string {
  const [open, close] = draw.oneOf([
    ['[', ']'],
    ['{"a":', '}'],
  ] as const)
  return open.repeat(depth) + (draw.happens(80) ? `1${close.repeat(depth)}` : '')
}

/** A few of a text's characters changed, doubled or lost. */
export function mutate(draw: Draw, text: string): string {
  let changed = text
  for (let times = 1 + draw.upTo(3); times > 0; times -= 1) {
    const at = draw.upTo(changed.length)
    const piece = draw.oneOf([
      ...'{}[]()"\\:,$@!&|=#%. \n\0',
      '\ud800',
      '...',
      'null',
      '"""',
      '1e309',
      '__proto__',
      '😀',
      '',
    ])
    changed = changed.slice(0, at) + piece + changed.slice(at + draw.upTo(3))
  }
  return changed
}
