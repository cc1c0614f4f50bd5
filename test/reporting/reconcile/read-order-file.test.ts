import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { decodeBody } from '../../../src/reporting/reconcile/decode-body.js'
import { type OrderFileOptions, readOrderFile } from '../../../src/reporting/reconcile/read-order-file.js'

const defaults: OrderFileOptions = { delimiter: null, decimal: 'point', event: null, maxRows: 1_000 }

/** In pieces of this many bytes, as a network may bring it. */
async function* inPieces(body: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < body.length; start += size) yield body.subarray(start, start + size)
}
const read = (text: string | Buffer, more: Partial<OrderFileOptions> = {}, charset: string | null = null, size = 7) =>
  readOrderFile(decodeBody(inPieces(Buffer.from(text), size), charset, 1_000_000), { ...defaults, ...more })

/** Each order as `line: transactionId|line|event|amount|currency|status`. */
async function short(...file: Parameters<typeof read>): Promise<string[]> {
  const found = await read(...file)
  assert.ok('orders' in found, JSON.stringify(found))
  return found.orders.map(({ place, transactionId, line, event, amount, currency, status }) =>
    [`${place}: ${transactionId}`, line, event, amount, currency, status].map((part) => part ?? '').join('|'),
  )
}
async function problems(...file: Parameters<typeof read>): Promise<string[]> {
  const found = await read(...file)
  assert.ok('problems' in found, 'it was read')
  return found.problems.map(({ line, column, message }) => `${line} ${column ?? '-'}: ${message}`)
}

suite('a file of orders', () => {
  const expected = ['2: A-1|1|sale|10|EUR|APPROVED', '3: A-2|||||']

  test('has its columns by name, in any order, case and spelling', async () => {
    assert.deepEqual(
      await short('txid,line,event,amount,currency,status\nA-1,1,sale,10.00,eur,approved\nA-2,,,,,'),
      expected,
    )
    assert.deepEqual(
      await short('Status,Order ID,Note,Sale-Amount,GOAL,Line Item,currency_code\n1,A-1,x,10,sale,1,EUR\n,A-2,,,,,'),
      expected,
    )
    for (const name of ['transaction_id', 'transactionId', 'order_id', 'OrderID', 'TID', 'txn_id', 'invoiceId']) {
      assert.deepEqual(await short(`${name}\nx`), ['2: x|||||'])
    }
  })

  test('is told what of it means nothing here', async () => {
    const found = await read('txid,Betrag,,amount\nA,1,,2')
    assert.ok('orders' in found)
    assert.deepEqual(found.columns.ignored, ['Betrag'])
    assert.deepEqual(
      [...found.columns.indexes],
      [
        ['transactionId', 0],
        ['amount', 3],
      ],
    )
  })

  test('may be separated by comma, semicolon or tab, with any line ends, a mark, and blank rows', async () => {
    for (const delimiter of [',', ';', '\t']) {
      for (const end of ['\n', '\r\n', '\r']) {
        for (const mark of ['', '\ufeff']) {
          const rows = ['txid;line;event;amount;currency;status', 'A-1;1;sale;10;EUR;1', 'A-2;;;;;', ';;;;;', '']
          const text = mark + rows.join(end).replaceAll(';', delimiter)
          assert.deepEqual(await short(text), expected, JSON.stringify({ delimiter, end, mark }))
        }
      }
    }
  })

  test('has quoted cells as RFC 4180 has them, and rows that are named by the line they begin on', async () => {
    const text = 'txid,"amount","a ""note"", with\r\na break"\r\n"A,1","10","x"\r\nB,2,"two\r\nlines"\r\n\r\nC,x,\r\n'
    assert.deepEqual(await problems(text), [
      '7 amount: An amount is a plain decimal such as 12.50, up to 12 digits and 8 behind.',
    ])
    assert.deepEqual(await short(text.replace('C,x', 'C,3')), ['3: A,1|||10||', '4: B|||2||', '7: C|||3||'])
  })

  test('is separated as it is said to be, where its header leaves that open', async () => {
    assert.deepEqual(await short('"txid,""x""";amount\nA;1').catch(() => 'refused'), 'refused')
    assert.deepEqual(await short('txid;a,b,c,d\nA;x', { delimiter: ';' }), ['2: A|||||'])
  })

  test('may come in UTF-16 with a mark, and in the charset that it is said to have', async () => {
    const text = 'txid;status\nBestellung-Ü;1\n'
    const order = ['2: Bestellung-Ü|||||APPROVED']
    assert.deepEqual(await short(text), order)
    assert.deepEqual(await short(Buffer.from(`\ufeff${text}`, 'utf16le')), order)
    assert.deepEqual(await short(Buffer.from(`\ufeff${text}`, 'utf16le').swap16()), order)
    assert.deepEqual(await short(Buffer.from(text, 'latin1'), {}, 'windows-1252'), order)
    await assert.rejects(read(Buffer.from(text, 'latin1')), { code: 'BAD_USER_INPUT' })
    await assert.rejects(read(text, {}, 'klingon'), { code: 'BAD_USER_INPUT', field: 'content-type' })
  })

  test('reads the same however it is cut into pieces', async () => {
    const text = '\ufefftxid;amount\r\n"Ü\r\n;""x""";10\r\nB;2\r\n'
    const whole = await short(text, {}, null, 1_000)
    assert.equal(whole.length, 2)
    for (let size = 1; size < 20; size += 1) assert.deepEqual(await short(text, {}, null, size), whole)
  })

  test('has statuses in words and numbers', async () => {
    const words = {
      PENDING: ['pending', 'Hold', '2', '5'],
      APPROVED: ['APPROVED', 'confirmed', '1'],
      REJECTED: ['rejected', 'declined', '3'],
      REVERSED: ['reversed', 'refunded', 'Chargeback'],
    }
    for (const [status, all] of Object.entries(words)) {
      for (const word of all) assert.deepEqual(await short(`txid,status\nA,${word}`), [`2: A|||||${status}`])
    }
    assert.deepEqual(await problems('txid,state\nA,1\nB,maybe'), [
      '3 state: A status is one of: pending, hold, 2, 5, approved, confirmed, 1, rejected, declined, 3, reversed, refunded, chargeback.',
    ])
  })

  test('has plain amounts, with a decimal comma where that is asked for', async () => {
    const amounts = async (cells: readonly string[], more: Partial<OrderFileOptions> = {}) =>
      (await short(`txid;amount\n${cells.map((cell) => `A;${cell}\n`).join('')}`, more)).map((row) => row.split('|')[3])
    assert.deepEqual(await amounts(['10', '10.50', '-3', ' 1 ']), ['10', '10.5', '-3', '1'])
    assert.deepEqual(await amounts(['10', '10,50', '-3,00'], { decimal: 'comma' }), ['10', '10.5', '-3'])
    for (const bad of ['1,234.50', '1.5 EUR', '€5', '1e3', '0x1', '1234567890123', '.5']) {
      assert.equal((await problems(`txid;amount\nA;${bad}`)).length, 1, bad)
    }
    for (const bad of ['10.50', '1.234,50']) {
      assert.equal((await problems(`txid;amount\nA;${bad}`, { decimal: 'comma' })).length, 1, bad)
    }
    assert.match((await problems('txid;amount\nA;10,50'))[0] ?? '', /decimal=comma/)
  })

  test('takes the event that was asked for, and refuses a row that names another', async () => {
    assert.deepEqual(await short('txid,event\nA,\nB,sale', { event: 'sale' }), ['2: A||sale|||', '3: B||sale|||'])
    assert.deepEqual(await problems('txid,event\nA,lead', { event: 'sale' }), [
      '2 event: Only orders of the event "sale" were asked for.',
    ])
  })

  test('names all that is wrong with it, by line and column, twenty at most', async () => {
    const text = 'Order,amount,currency\n,1,EUR\nA,1\nB,x,EUR\nC,1,EURO\nD,1,EUR\nE\0,1,EUR'
    assert.deepEqual(
      (await problems(text)).map((problem) => problem.split(':')[0]),
      ['2 Order', '3 -', '4 amount', '5 currency', '7 Order'],
    )
    assert.equal((await problems(`txid,amount\n${'A,x\n'.repeat(500)}`)).length, 20)
    assert.equal((await problems(`txid,amount\n${'A,x\n'.repeat(20)}`)).length, 20)
  })

  test('is refused without a header that has the order ids, or with two columns for one thing', async () => {
    assert.deepEqual(await problems(''), ['1 -: The file is empty.'])
    assert.match((await problems('A-1,10\nA-2,20')).join(), /^1 -: No column has the order ids/)
    assert.deepEqual(await problems('txid,amount,Total\nA,1,2\nB,x,1'), [
      '1 Total: "amount" and "Total" are both the amount.',
    ])
  })

  test('is refused where its quotes do not end, and where it is no rows at all', async () => {
    assert.deepEqual(await problems('txid,amount\nA,"1\nB,2\n'), [
      '2 -: A quoted cell begins here or further down, and does not end.',
    ])
    assert.match((await problems('txid,amount\nA,"1"x\n')).join(), /^2 -: A quoted cell goes on/)
    assert.match((await problems('txid,amount\nA,1"x\n')).join(), /^2 -: A quote stands within/)
    assert.match((await problems('x'.repeat(40_000))).join(), /^1 -: A row is longer/)
    assert.match((await problems(`txid\n${'x'.repeat(40_000)}`)).join(), /^2 -: A row is longer/)
  })

  test('has no more rows and bytes than it may', async () => {
    const rows = (count: number) => `txid\n${Array.from({ length: count }, (_, index) => `A${index}\n`).join('')}`
    assert.equal((await short(rows(5), { maxRows: 5 })).length, 5)
    assert.deepEqual(await problems(rows(6), { maxRows: 5 }), ['7 -: A file may have 5 orders.'])
    assert.deepEqual(await problems(rows(600), { maxRows: 5 }), ['7 -: A file may have 5 orders.'])
    const body = decodeBody(inPieces(Buffer.alloc(11, 'x'), 4), null, 10)
    await assert.rejects(readOrderFile(body, defaults), { code: 'TOO_COMPLEX' })
  })

  test('never breaks the reader, whatever is in it', async () => {
    const piece = fc.constantFrom(
      'txid',
      'amount',
      'status',
      ',',
      ';',
      '\t',
      '"',
      '\r',
      '\n',
      '\0',
      '\ufeff',
      'A',
      '1',
      '😀',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 1, max: 9 }), async (pieces, size) => {
        const found = await read(pieces.join(''), {}, null, size)
        if ('problems' in found) return assert.ok(found.problems.length > 0)
        for (const { transactionId } of found.orders) assert.ok(transactionId !== '' && !transactionId.includes('\0'))
      }),
      { numRuns: 500 },
    )
  })
})
