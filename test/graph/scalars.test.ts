import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Big } from 'big.js'
import { parseValue } from 'graphql'
import {
  Currency,
  Cursor,
  DateTime,
  Decimal,
  JSONObject,
  LocalDate,
  Rate,
  SafeInt,
  TimeZone,
} from '../../src/kernel/scalars.js'

suite('Scalars', () => {
  test('DateTime goes out in UTC to the millisecond, whatever it is written from', () => {
    const text = '2026-03-01T08:30:00.000Z'
    for (const value of [new Date(text), Date.parse(text), text]) assert.equal(DateTime.serialize(value), text)
    assert.throws(() => DateTime.serialize(null))
    assert.throws(() => DateTime.serialize(new Date(Number.NaN)))
  })

  test('DateTime comes in as RFC 3339 with an offset, and as nothing else', () => {
    assert.deepEqual(DateTime.parseValue('2026-03-01T09:30:00+01:00'), new Date('2026-03-01T08:30:00Z'))
    for (const value of ['2026-03-01', '2026-03-01T09:30:00', '2026-02-30T00:00:00Z', '1', 1, '', null]) {
      assert.throws(() => DateTime.parseValue(value), String(value))
    }
  })

  test('Decimal is text or an integer, never a float', () => {
    for (const value of ['12.50', '0', '-1', '123456789012.12345678']) assert.equal(Decimal.parseValue(value), value)
    assert.equal(Decimal.parseValue(5), '5')
    assert.equal(Decimal.parseLiteral(parseValue('5')), '5')
    assert.equal(Decimal.parseLiteral(parseValue('"5.5"')), '5.5')
    for (const value of [1.5, '1e3', '1,5', '.5', '5.', '1234567890123', '1.123456789', 'NaN', '', null, true]) {
      assert.throws(() => Decimal.parseValue(value), String(value))
    }
    assert.throws(() => Decimal.parseLiteral(parseValue('5.5')))
  })

  test('Decimal goes out in its shortest form', () => {
    const written = ['12.5000', '12.0000', '0.0000', '100', '-0.5000', new Big('1e-7'), new Big('1e21')].map((value) =>
      Decimal.serialize(value),
    )
    assert.deepEqual(written, ['12.5', '12', '0', '100', '-0.5', '0.0000001', '1000000000000000000000'])
    assert.throws(() => Decimal.serialize(1.5))
  })

  test('TimeZone is a name of the IANA database, neither an offset nor an abbreviation', () => {
    for (const zone of ['Europe/Berlin', 'UTC', 'America/Argentina/Ushuaia', 'Etc/GMT+5']) {
      assert.equal(TimeZone.parseValue(zone), zone)
    }
    for (const zone of ['+02:00', 'CET', 'ist', 'Europe/Nowhere', '', ' UTC', 1])
      assert.throws(() => TimeZone.parseValue(zone), String(zone))
  })

  test('Currency is a code of ISO 4217', () => {
    for (const code of ['EUR', 'eur']) assert.equal(Currency.parseValue(code), 'EUR')
    for (const code of ['EURO', 'XXY', '', 1]) assert.throws(() => Currency.parseValue(code), String(code))
  })

  test('Rate is an exact decimal in a string, finer than money', () => {
    for (const rate of ['0.0000609221234567891', '1', '17345.12']) {
      assert.equal(Rate.parseValue(rate), rate)
      assert.equal(Rate.parseLiteral(parseValue(`"${rate}"`)), rate)
    }
    for (const rate of ['-1', '1e-5', '.5', '5.', '1,5', '', `0.${'1'.repeat(25)}`, 1, 0.5, null]) {
      assert.throws(() => Rate.parseValue(rate), String(rate))
    }
    assert.throws(() => Rate.parseLiteral(parseValue('0.5')))
  })

  test('LocalDate is a day of the calendar', () => {
    assert.equal(LocalDate.parseValue('2024-02-29'), '2024-02-29')
    assert.equal(LocalDate.parseLiteral(parseValue('"2026-11-20"')), '2026-11-20')
    for (const day of [
      '2026-02-30',
      '2026-11-20T00:00:00Z',
      '20.11.2026',
      '2026-1-1',
      '0000-01-01',
      '',
      20261120,
      null,
    ]) {
      assert.throws(() => LocalDate.parseValue(day), String(day))
    }
    assert.throws(() => LocalDate.parseLiteral(parseValue('20261120')))
  })

  test('JSONObject is an object that ends', () => {
    const nest = (depth: number): object => (depth === 0 ? {} : { in: nest(depth - 1) })
    assert.deepEqual(JSONObject.parseValue({ a: 1, b: ['x'] }), { a: 1, b: ['x'] })
    assert.equal(JSON.stringify(JSONObject.parseLiteral(parseValue('{a: {b: [1, "x"]}}'))), '{"a":{"b":[1,"x"]}}')
    assert.deepEqual(JSONObject.parseValue(nest(4)), nest(4))
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [index, index]))
    for (const value of [[], 'x', 1, null, nest(5), many]) assert.throws(() => JSONObject.parseValue(value))
  })

  test('cursors are short text, SafeInt a whole number', () => {
    for (const value of ['', 'x'.repeat(201), 1, null]) assert.throws(() => Cursor.parseValue(value))
    assert.equal(SafeInt.serialize('9007199254740991'), 9_007_199_254_740_991)
    assert.throws(() => SafeInt.serialize('9007199254740992'))
    assert.throws(() => SafeInt.parseValue(1.5))
  })
})
