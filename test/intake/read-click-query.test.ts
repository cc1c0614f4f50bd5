import assert from 'node:assert/strict'
import test from 'node:test'
import { readClickQuery } from '../../src/intake/read-click-query.js'

const link = { source: 'link', creative: '', keyword: 'shoes', placement: '', subs: { sub1: 'a', sub2: 'b' } }
const read = (query: string) => readClickQuery(query, link)

test('without a query a click carries what its link says', () => {
  assert.deepEqual(read(''), { ...link, cost: '0', externalId: null, externalKind: null, test: false })
})

test("the query overrides the link's own, and an empty value does not", () => {
  const click = read('source=fb&keyword=&placement=top&sub2=B&sub10=J&sub11=no&other=1')
  assert.deepEqual(
    [click.source, click.keyword, click.placement, click.subs],
    ['fb', 'shoes', 'top', { sub1: 'a', sub2: 'B', sub10: 'J' }],
  )
  assert.deepEqual(link.subs, { sub1: 'a', sub2: 'b' })
})

test('of a repeated parameter the first value counts', () =>
  assert.equal(read('source=&source=a&source=b').source, 'a'))

const cleaned: [what: string, query: string, source: string][] = [
  ['broken bytes are replaced', 'source=a%FFb', 'a\ufffdb'],
  ['broken escapes stay', 'source=100%+%zz%4', '100% %zz%4'],
  ['control characters are dropped', 'source=a%00%0D%0Ab%C2%85', 'ab'],
  ['only control characters are nothing', 'source=%00', 'link'],
  ['255 bytes stay whole', `source=${'x'.repeat(255)}`, 'x'.repeat(255)],
  ['the 256th byte goes', `source=${'x'.repeat(256)}`, 'x'.repeat(255)],
  ['a character is not cut in two', `source=xx${'%F0%9F%91%9F'.repeat(64)}`, `xx${'👟'.repeat(63)}`],
]
for (const [what, query, source] of cleaned) {
  test(`a visitor gets through: ${what}`, () => assert.equal(read(query).source, source))
}

for (const [cost, kept] of [
  ['0.05', '0.05'],
  ['0.12345', '0.1234'],
  ['0.12355', '0.1236'],
  ['1.50', '1.5'],
  ['-1', '0'],
  ['1,50', '0'],
  ['1e5', '0'],
  ['free', '0'],
]) {
  test(`a cost of ${cost} is kept as ${kept}`, () => assert.equal(read(`cost=${cost}`).cost, kept))
}

for (const [query, id, kind] of [
  ['gclid=g', 'g', 'GCLID'],
  ['fbclid=f', 'f', 'FBCLID'],
  ['ttclid=t', 't', 'TTCLID'],
  ['msclkid=m', 'm', 'MSCLKID'],
  ['ext=x', 'x', 'OTHER'],
  ['ext=x&fbclid=f&gclid=', 'f', 'FBCLID'],
]) {
  test(`${query} is kept as ${kind}`, () => {
    const { externalId, externalKind } = read(query ?? '')
    assert.deepEqual([externalId, externalKind], [id, kind])
  })
}

test('test=1 marks a test click, and nothing else does', () => {
  assert.equal(read('test=1').test, true)
  assert.equal(read('test=0').test, false)
  assert.equal(read('test=').test, false)
})
