import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { crossRates } from '../../src/rates/cross-rates.js'
import { parseSheet } from '../../src/rates/parse-sheet.js'
import { divideHalfEven, scaled } from '../ledger/exact.js'
import { twoDays, xmlSheet } from './sheets.js'

const sheet = parseSheet(xmlSheet(twoDays))
const on = (currency: string, day: string, of = sheet) =>
  Object.fromEntries(crossRates(of, currency, day, day).map((rate) => [rate.currency, rate.rate]))

suite('rates between two currencies', () => {
  test('are one over the bank’s in a workspace of euros', () => {
    assert.deepEqual(on('EUR', '2026-11-20'), {
      USD: '0.946342386675499',
      JPY: '0.00613308800981294',
      IDR: '0.0000593960020551017',
      GBP: '1.19610071167992',
    })
  })

  test('go by way of the euro in any other, and the euro is one of them', () => {
    assert.deepEqual(on('USD', '2026-11-19'), {
      EUR: '1.0562',
      JPY: '0.00646151963783189',
      IDR: '0.0000629391048369316',
      GBP: '1.26680659670165',
    })
    assert.equal(on('IDR', '2026-11-20').GBP, '20137.7309969499')
  })

  test('have fifteen digits, rounded once and half to even', () => {
    const rate = fc.tuple(fc.integer({ min: 1, max: 99_999_999 }), fc.integer({ min: 0, max: 99_999_999 }))
    const asText = ([whole, fraction]: [number, number]) => `${whole}.${String(fraction).padStart(8, '0')}`
    fc.assert(
      fc.property(rate, rate, (own, foreign) => {
        const [ours, theirs] = [asText(own), asText(foreign)]
        const found = on(
          'USD',
          '2026-11-20',
          new Map([['2026-11-20', new Map(Object.entries({ USD: ours, JPY: theirs }))]]),
        )
        const [whole = '', decimals = ''] = (found.JPY ?? '').split('.')
        assert.ok((whole + decimals).replace(/^0+/, '').length <= 15, found.JPY)
        // Of all decimals with as many places, it is the nearest to the quotient of the two whole numbers.
        const places = 15 - (whole === '0' ? -decimals.search(/[1-9]/) : whole.length)
        const exact = divideHalfEven(scaled(ours, 8) * 10n ** BigInt(places), scaled(theirs, 8))
        assert.equal(scaled(found.JPY ?? '', places), exact)
      }),
    )
    // Ties: the sixteenth digit is a five, and nothing comes behind it.
    for (const [own, rounded] of [
      ['10000000.00000005', '10000000'],
      ['10000000.00000015', '10000000.0000002'],
    ] as const) {
      const tie = new Map([['2026-11-20', new Map(Object.entries({ USD: own, JPY: '1' }))]])
      assert.equal(on('USD', '2026-11-20', tie).JPY, rounded)
    }
  })

  test('are none on days on which the bank does not have the workspace’s currency, or before and after those asked for', () => {
    assert.deepEqual(crossRates(sheet, 'UAH', '2026-11-19', '2026-11-20'), [])
    assert.deepEqual(crossRates(sheet, 'EUR', '2026-11-21', '2026-12-01'), [])
    assert.equal(crossRates(sheet, 'EUR', '2026-11-19', '2026-11-20').length, 8)
  })

  test('leave out a currency that the API has no name for', () => {
    const odd = parseSheet(xmlSheet([['2026-11-20', { USD: '1.05', XQQ: '2' }]]))
    assert.deepEqual(Object.keys(on('EUR', '2026-11-20', odd)), ['USD'])
  })
})
