import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseSheet } from '../../src/rates/parse-sheet.js'
import { twoDays, xmlSheet } from './sheets.js'

const asObject = (text: string) =>
  Object.fromEntries([...parseSheet(text)].map(([day, rates]) => [day, Object.fromEntries(rates)]))
const wrapped = (within: string) => `<gesmes:Envelope><Cube>${within}</Cube></gesmes:Envelope>`
const oneDay = (cube: string) => wrapped(`<Cube time="2026-11-20">${cube}</Cube>`)

suite('the European Central Bank’s files', () => {
  test('are read day by day, each rate as the text that it is', () => {
    assert.deepEqual(asObject(xmlSheet(twoDays)), Object.fromEntries(twoDays))
    const [daily] = twoDays
    assert.deepEqual(asObject(xmlSheet(daily === undefined ? [] : [daily])), Object.fromEntries([daily ?? []]))
    assert.deepEqual(asObject(`\uFEFF\n${oneDay('<Cube currency="JPY" rate="163.050"/>')}`), {
      '2026-11-20': { JPY: '163.050' },
    })
  })

  test('are read as CSV too, of a day and of many, without what is not available', () => {
    const many = 'Date,USD,JPY,ISK,\n2026-11-20,1.0567,163.05,N/A,\n2026-11-19,1.0562,N/A,145.30,\n'
    assert.deepEqual(asObject(many), {
      '2026-11-20': { USD: '1.0567', JPY: '163.05' },
      '2026-11-19': { USD: '1.0562', ISK: '145.30' },
    })
    assert.deepEqual(asObject('Date, USD, JPY, \r\n6 November 2026, 1.0567, 163.05, \r\n'), {
      '2026-11-06': { USD: '1.0567', JPY: '163.05' },
    })
  })

  test('are taken whole or not at all, and what is wrong is said', () => {
    const refused: readonly (readonly [string, RegExp])[] = [
      ['', /neither XML nor CSV/],
      ['<html><body>Not found</body></html>', /no rates/],
      ['<html><p>Not closed</html>', /.+/],
      [xmlSheet(twoDays).slice(0, -40), /.+/],
      [wrapped(''), /no rates/],
      [wrapped('<Cube time="2026-02-30"><Cube currency="USD" rate="1"/></Cube>'), /"2026-02-30" is no day/],
      [wrapped('<Cube><Cube currency="USD" rate="1"/></Cube>'), /no time/],
      [wrapped('<Cube time="2026-11-20"/><Cube time="2026-11-20"/>'), /2026-11-20 twice/],
      [oneDay('<Cube currency="USD"/>'), /no rate/],
      [oneDay('<Cube currency="dollar" rate="1"/>'), /"dollar" is no currency/],
      [oneDay('<Cube currency="EUR" rate="1"/>'), /EUR once too often/],
      [oneDay('<Cube currency="USD" rate="1"/><Cube currency="USD" rate="1"/>'), /USD once too often/],
      ...['0', '0.000', '-1', '1e5', 'NaN', '1,05', '', '123456789', '1.123456789', '0x10'].map(
        (rate) => [oneDay(`<Cube currency="USD" rate="${rate}"/>`), /is no rate \(USD, 2026-11-20\)/] as const,
      ),
      ['Date,USD\n2026-11-20,much\n', /"much" is no rate/],
      ['Date,USD\n32 November 2026,1.05\n', /is no day/],
      ['Date,USD\n20 Brumaire 2026,1.05\n', /is no day/],
      ['Day,USD\n2026-11-20,1.05\n', /begins with Date/],
      ['Date,USD,USD\n2026-11-20,1.05,1.06\n', /USD once too often/],
    ]
    for (const [text, message] of refused) assert.throws(() => parseSheet(text), message, text.slice(0, 120))
  })

  test('that mean harm do none', () => {
    const entities = Array.from({ length: 9 }, (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`)
    const laughs = `<!DOCTYPE x [<!ENTITY e0 "9">${entities.join('')}]>${oneDay('<Cube currency="USD" rate="&e9;"/>')}`
    assert.throws(() => parseSheet(laughs), /is no rate|ntit/)
    const own = `<!DOCTYPE x [<!ENTITY one "1">]>${oneDay('<Cube currency="USD" rate="&one;"/>')}`
    assert.throws(() => parseSheet(own), /"&one;" is no rate|ntit/)
    const file = `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>${oneDay('<Cube currency="USD" rate="&f;"/>')}`
    assert.throws(() => parseSheet(file), /ntit/)
    const nested = `${'<Cube>'.repeat(50_000)}${'</Cube>'.repeat(50_000)}`
    assert.throws(() => parseSheet(`<gesmes:Envelope>${nested}</gesmes:Envelope>`), /nested/)
    for (const name of ['__proto__', 'constructor']) {
      assert.throws(() => parseSheet(`<gesmes:Envelope><${name}><Cube/></${name}></gesmes:Envelope>`))
    }
    assert.equal(Object.hasOwn(Object.prototype, 'Cube'), false)
    const long = 'x'.repeat(100_000)
    assert.throws(
      () => parseSheet(oneDay(`<Cube currency="USD" rate="${long}"/>`)),
      ({ message }: Error) => message.length < 200,
    )
  })
})
