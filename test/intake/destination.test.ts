import assert from 'node:assert/strict'
import test from 'node:test'
import { type DestinationClick, fillDestination, forHeader } from '../../src/intake/destination.js'
import type { AffiliateId, CampaignId, ClickId, LinkId } from '../../src/kernel/ids.js'

const uuid = '01890a5d-ac96-774b-bcce-b302099a8057'
const suffix = '01h455vb4pex5vsknk084sn02q'
const click: DestinationClick = {
  id: uuid as ClickId,
  campaignId: uuid as CampaignId,
  affiliateId: uuid as AffiliateId,
  linkId: uuid as LinkId,
  affiliateRef: 'joe',
  source: 'a&b=c#d',
  creative: '',
  keyword: 'schöne schuhe',
  placement: '{sub1}',
  subs: { sub1: 'one', sub10: 'ten' },
  country: 'CH',
}

const filled: [what: string, destination: string, expected: string][] = [
  [
    'every macro',
    'https://x.test/{affiliate_ref}?c={click_id}&p={campaign_id}&a={affiliate_id}&l={link_id}&n={country}',
    `https://x.test/joe?c=clk_${suffix}&p=cmp_${suffix}&a=aff_${suffix}&l=lnk_${suffix}&n=CH`,
  ],
  ['values URL-encoded', 'https://x.test/?c={click_id}&s={source}', `https://x.test/?c=clk_${suffix}&s=a%26b%3Dc%23d`],
  ['UTF-8', 'https://x.test/?c={click_id}&k={keyword}', `https://x.test/?c=clk_${suffix}&k=sch%C3%B6ne%20schuhe`],
  [
    'subs, unset ones empty',
    'https://x.test/{click_id}/{sub1}-{sub2}-{sub10}',
    `https://x.test/clk_${suffix}/one--ten`,
  ],
  [
    'unknown macros left',
    'https://x.test/{click_id}?{foo}{sub11}{sub0}',
    `https://x.test/clk_${suffix}?{foo}{sub11}{sub0}`,
  ],
  ['a macro in a value left', 'https://x.test/{click_id}?p={placement}', `https://x.test/clk_${suffix}?p=%7Bsub1%7D`],
  ['a macro in the fragment', 'https://x.test/#{click_id}', `https://x.test/#clk_${suffix}`],
  ['no query', 'https://x.test/path', `https://x.test/path?click_id=clk_${suffix}`],
  ['no path', 'https://x.test', `https://x.test?click_id=clk_${suffix}`],
  ['a query', 'https://x.test/?a=1', `https://x.test/?a=1&click_id=clk_${suffix}`],
  ['an empty query', 'https://x.test/?', `https://x.test/?click_id=clk_${suffix}`],
  ['a query that ends in &', 'https://x.test/?a=1&', `https://x.test/?a=1&click_id=clk_${suffix}`],
  ['a fragment', 'https://x.test/#top', `https://x.test/?click_id=clk_${suffix}#top`],
  ['a fragment with a ?', 'https://x.test/#/a?b', `https://x.test/?click_id=clk_${suffix}#/a?b`],
  ['query and fragment', 'https://x.test/?a=1#top', `https://x.test/?a=1&click_id=clk_${suffix}#top`],
  ['no scheme', '/here?a=1', `/here?a=1&click_id=clk_${suffix}`],
]
for (const [what, destination, expected] of filled) {
  test(`a destination is filled in: ${what}`, () => assert.equal(fillDestination(destination, click), expected))
}

test('no parameter of the visitor chooses the host', () => {
  for (const host of ['{source}', '{source}.x.test', 'joe:{source}@x.test']) {
    const url = fillDestination(`https://${host}/p`, { ...click, source: 'evil.test' })
    assert.doesNotMatch(url, /evil/)
  }
})

test('nothing breaks out of the header', () => {
  const url = fillDestination('https://x.test/a\r\nset-cookie: x=1/ä{sub1}', { ...click, subs: { sub1: '\r\nx: y' } })
  assert.match(url, /^[\x21-\x7e]+$/)
  assert.equal(forHeader('https://x.test/\r\nä b\ud800'), 'https://x.test/%0D%0A%C3%A4%20b%EF%BF%BD')
})
