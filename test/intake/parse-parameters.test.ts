import assert from 'node:assert/strict'
import test from 'node:test'
import { parseParameters } from '../../src/intake/parse-parameters.js'

const form = 'application/x-www-form-urlencoded'
const json = 'application/json'

const fromQuery = (query: string) => parseParameters(query)
const fromForm = (body: string | Buffer, query = '') => parseParameters(query, Buffer.from(body as string), form)
const fromJson = (body: string | Buffer, query = '') => parseParameters(query, Buffer.from(body as string), json)
const values = (parameters: { values: Map<string, string> }) => Object.fromEntries(parameters.values)

const readable: [what: string, query: string, expected: Record<string, string>][] = [
  ['plain values', 'txid=A-1&amount=12.50', { txid: 'A-1', amount: '12.50' }],
  ['+ as a space, %2B as a plus', 'a=x+y&b=x%2By', { a: 'x y', b: 'x+y' }],
  ['escaped UTF-8, in names too', 'gr%C3%B6%C3%9Fe=%F0%9F%91%9F', { größe: '👟' }],
  ['bytes of UTF-8 that nobody escaped', 'a=\xc3\xa4', { a: 'ä' }],
  ['an empty value as none', 'txid=&line&event=sale', { event: 'sale' }],
  ['everything behind the first = as the value', 'a=b=c', { a: 'b=c' }],
  ['& without anything between as nothing', '&&a=1&&', { a: '1' }],
  ['names that mean something to JavaScript as names', '__proto__=1&constructor=2', { constructor: '2' }],
]
for (const [what, query, expected] of readable) {
  test(`a query and a form body are read alike: ${what}`, () => {
    for (const parameters of [fromQuery(query), fromForm(Buffer.from(query, 'latin1'))]) {
      assert.equal(parameters.refusal, null)
      const read = new Map(parameters.values)
      if (query.includes('__proto__')) assert.equal(read.get('__proto__'), '1')
      read.delete('__proto__')
      assert.deepEqual(Object.fromEntries(read), expected)
    }
  })
}

const refused: [what: string, query: string, code: string, field: string | null][] = [
  ['a byte that is no UTF-8', 'txid=%FF', 'INVALID_ENCODING', 'txid'],
  ['an overlong encoding', 'txid=%C0%AF', 'INVALID_ENCODING', 'txid'],
  ['an encoded surrogate', 'txid=%ED%A0%80', 'INVALID_ENCODING', 'txid'],
  ['a cut-off character', 'txid=%C3', 'INVALID_ENCODING', 'txid'],
  ['a cut-off escape', 'txid=%4', 'INVALID_ENCODING', 'txid'],
  ['an escape that reaches into the next parameter', 'txid=%4&1=2', 'INVALID_ENCODING', 'txid'],
  ['an escape that is none', 'txid=100%zz', 'INVALID_ENCODING', 'txid'],
  ['a raw byte that is no UTF-8', 'txid=\xff', 'INVALID_ENCODING', 'txid'],
  ['a name that is no UTF-8', '%FF=1', 'INVALID_ENCODING', null],
  ['a NUL', 'txid=a%00b', 'INVALID_CHARACTER', 'txid'],
  ['a line break', 'txid=a%0Ab', 'INVALID_CHARACTER', 'txid'],
  ['a control character in a name', 'a%00b=1', 'INVALID_CHARACTER', null],
  ['a value of 2,049 characters', `txid=${'x'.repeat(2049)}`, 'TOO_LONG', 'txid'],
  ['a name of 129 characters', `${'x'.repeat(129)}=1`, 'TOO_LONG', null],
  ['a 101st parameter', `${'a=1&'.repeat(100)}b=1`, 'TOO_MANY_PARAMETERS', null],
]
for (const [what, query, code, field] of refused) {
  test(`${what} is refused, in a query and in a form body`, () => {
    for (const parameters of [fromQuery(query), fromForm(Buffer.from(query, 'latin1'))]) {
      assert.deepEqual(
        [parameters.refusal?.code, parameters.refusal?.field, parameters.refusal?.httpStatus],
        [code, field, 400],
      )
    }
  })
}

test('values and names just within the limits are read', () => {
  const query = `${'n'.repeat(128)}=1&txid=${'%C3%A4'.repeat(2048)}&${'a=&'.repeat(98)}`
  const parameters = fromQuery(query)
  assert.equal(parameters.refusal, null)
  assert.equal(parameters.values.get('txid'), 'ä'.repeat(2048))
})

test('the limit on parameters counts query and body together', () => {
  assert.equal(fromForm('a=1&'.repeat(50), 'b=1&'.repeat(50)).refusal, null)
  assert.equal(fromForm('a=1&'.repeat(50), 'b=1&'.repeat(51)).refusal?.code, 'TOO_MANY_PARAMETERS')
})

const repeated: [what: string, query: string, body: string | null][] = [
  ['twice in the query', 'txid=1&txid=2', null],
  ['twice with the same value', 'txid=1&txid=1', null],
  ['once escaped', 'txid=1&%74xid=2', null],
  ['twice in the body', '', 'txid=1&txid=2'],
  ['in query and body', 'txid=1', 'txid=1'],
]
for (const [what, query, body] of repeated) {
  test(`a name that comes ${what} is noted as repeated and its first value stays`, () => {
    const parameters = body === null ? fromQuery(query) : fromForm(body, query)
    assert.deepEqual([...parameters.repeated], ['txid'])
    assert.equal(parameters.values.get('txid'), '1')
  })
}

test('an empty value and another do not repeat each other', () => {
  assert.deepEqual([...fromForm('amount=5', 'amount=').repeated], [])
})

const readableJson: [what: string, body: string, expected: Record<string, string>][] = [
  ['strings', '{"txid":"A-1"}', { txid: 'A-1' }],
  ['escapes, in names too', '{"t\\u0078id":"\\ud83d\\udc5f \\"x\\""}', { txid: '👟 "x"' }],
  ['numbers by their text', '{"amount":1e309,"b":0.10,"c":-0}', { amount: '1e309', b: '0.10', c: '-0' }],
  ['large whole numbers to the last digit', '{"txid":12345678901234567890}', { txid: '12345678901234567890' }],
  ['booleans', '{"test":true,"x":false}', { test: 'true', x: 'false' }],
  ['null and "" as none', '{"txid":null,"line":"","event":"sale"}', { event: 'sale' }],
  ['white space anywhere', ' {\n"a" :\t1 ,\r\n"b": "2" } \n', { a: '1', b: '2' }],
  ['no members at all', '{}', {}],
]
for (const [what, body, expected] of readableJson) {
  test(`a JSON body is read: ${what}`, () => {
    const parameters = fromJson(body)
    assert.equal(parameters.refusal, null)
    assert.deepEqual(values(parameters), expected)
  })
}

const refusedJson: [what: string, body: string | Buffer, code: string, field: string | null][] = [
  ['an array', '[1]', 'INVALID_JSON', null],
  ['a bare value', '"txid"', 'INVALID_JSON', null],
  ['broken JSON', '{"txid":1,}', 'INVALID_JSON', null],
  ['a nested object', '{"a":1,"order":{"txid":1}}', 'NESTED_VALUE', 'order'],
  ['a nested array', '{"txid":[1]}', 'NESTED_VALUE', 'txid'],
  [
    'a nested value under a long name, told in whole characters',
    `{"${'ð'.repeat(1)}${'😀'.repeat(100)}":{}}`,
    'NESTED_VALUE',
    `ð${'😀'.repeat(31)}`,
  ],
  ['a nested value behind a plain one of the same name', '{"txid":[1],"txid":1}', 'NESTED_VALUE', 'txid'],
  ['bytes that are no UTF-8', Buffer.from('{"txid":"\xff"}', 'latin1'), 'INVALID_ENCODING', null],
  ['half a surrogate pair', '{"txid":"\\ud800"}', 'INVALID_ENCODING', 'txid'],
  ['a NUL', '{"txid":"a\\u0000"}', 'INVALID_CHARACTER', 'txid'],
  ['a long value', `{"txid":"${'x'.repeat(2049)}"}`, 'TOO_LONG', 'txid'],
]
for (const [what, body, code, field] of refusedJson) {
  test(`a JSON body is refused: ${what}`, () => {
    const { refusal } = fromJson(body)
    assert.deepEqual([refusal?.code, refusal?.field, refusal?.httpStatus], [code, field, 400])
  })
}

test('two members of one name are noted as repeated', () => {
  assert.deepEqual([...fromJson('{"amount":"1","\\u0061mount":"2"}').repeated], ['amount'])
})

test('JSON nested as deep as a body allows is refused, not a stack overflow', () => {
  assert.equal(fromJson('['.repeat(65536)).refusal?.code, 'INVALID_JSON')
  assert.equal(fromJson('['.repeat(32768) + ']'.repeat(32768)).refusal?.code, 'INVALID_JSON')
  assert.equal(fromJson(`{"a":${'['.repeat(30000)}${']'.repeat(30000)}}`).refusal?.code, 'NESTED_VALUE')
})

test('a __proto__ member is a name like any other', () => {
  const { values } = fromJson('{"__proto__":"x"}')
  assert.equal(values.get('__proto__'), 'x')
  assert.equal(({} as Record<string, unknown>).x, undefined)
})

test('an empty body of any kind is no body', () => {
  for (const type of [undefined, form, json, 'text/plain', 'multipart/form-data; boundary=x']) {
    assert.equal(parseParameters('txid=1', Buffer.alloc(0), type).refusal, null)
  }
})

test('a body is read by its media type, whatever its case and parameters', () => {
  for (const type of ['Application/JSON', 'application/json; charset=utf-8', ' application/json ;x']) {
    assert.deepEqual(values(parseParameters('', Buffer.from('{"a":1}'), type)), { a: '1' })
  }
})

test('a body of another kind, or of none, is refused', () => {
  for (const type of [undefined, '', 'text/plain', 'multipart/form-data; boundary=x', 'nonsense']) {
    assert.equal(parseParameters('', Buffer.from('txid=1'), type).refusal?.code, 'UNSUPPORTED_CONTENT_TYPE')
  }
})

const lenient: [what: string, query: string, body: string | null, type: string | undefined][] = [
  ['behind a broken parameter', 'txid=%FF&token=pbt_x', null, undefined],
  ['behind the limit on parameters', `${'a=1&'.repeat(200)}token=pbt_x`, null, undefined],
  ['in a form body, the query being broken', 'txid=%00', 'token=pbt_x', form],
  ['in broken JSON', '', '{"token": "pbt_x", "amount": 1,}', json],
  ['in JSON behind a nested value', '', '{"order":{}, "token":"pbt_x"}', json],
  ['in JSON in an array', '', '[{"token":"pbt_x"}]', json],
  ['in a form that calls itself text', '', 'txid=1&token=pbt_x', 'text/plain'],
  ['in JSON that has no type', '', '{"token":"pbt_x"}', undefined],
]
for (const [what, query, body, type] of lenient) {
  test(`the token of a request that cannot be read is found: ${what}`, () => {
    const parameters = parseParameters(query, body === null ? null : Buffer.from(body), type)
    assert.notEqual(parameters.refusal, null)
    assert.deepEqual(parameters.tokens, ['pbt_x'])
  })
}

test('every token that was sent is found, so that a second one cannot hide', () => {
  assert.deepEqual(fromForm('token=b', 'token=a&token=a').tokens, ['a', 'a', 'b'])
})

test('the first problem is the one that is told', () => {
  assert.equal(fromForm('b=%FF', 'a=%00').refusal?.field, 'a')
})

test('no refusal quotes what was sent', () => {
  for (const body of ['{"token":"pbt_secret",}', 'pbt_secret']) {
    assert.doesNotMatch(JSON.stringify(fromJson(body).refusal), /secret/)
  }
})
