import { formatDecimal, parseDecimal, roundMoney } from '../kernel/money.js'
import { subNames } from '../kernel/vocabulary.js'
import type { ClickDraft } from '../ledger/entries.js'
import { cleanText } from './clip-text.js'
import { type ByteString, decodeLeniently, eachPair } from './decode-text.js'

const maxTextBytes = 255

/** The ad platforms' own click ids, in the order in which the first one sent counts. */
const externalKinds = [
  ['gclid', 'GCLID'],
  ['fbclid', 'FBCLID'],
  ['ttclid', 'TTCLID'],
  ['msclkid', 'MSCLKID'],
  ['ext', 'OTHER'],
] as const

const namedTexts = ['source', 'creative', 'keyword', 'placement'] as const

const readNames: ReadonlySet<string> = new Set([
  ...namedTexts,
  ...subNames,
  ...externalKinds.map(([name]) => name),
  'cost',
  'test',
])

/** What an affiliate's link says of itself; a click's query overrides it. */
export type LinkTexts = Pick<ClickDraft, (typeof namedTexts)[number] | 'subs'>

export type ClickQuery = LinkTexts & Pick<ClickDraft, 'cost' | 'externalId' | 'externalKind' | 'test'>

/**
 * Reads a click's query as well as it can be read. There is a visitor waiting who has not written it: nothing in it
 * is a reason to turn them away, so broken bytes are replaced, long values cut, and a cost that is none is no cost.
 */
export function readClickQuery(query: ByteString, link: LinkTexts): ClickQuery {
  const sent = new Map<string, string>()
  eachPair(query, (start, equals, end) => {
    const name = decodeLeniently(query, start, equals)
    if (!readNames.has(name) || sent.has(name) || equals === end) return
    const value = cleanText(decodeLeniently(query, equals + 1, end), maxTextBytes)
    if (value !== '') sent.set(name, value)
  })
  const external = externalKinds.find(([name]) => sent.has(name))
  return {
    source: sent.get('source') ?? link.source,
    creative: sent.get('creative') ?? link.creative,
    keyword: sent.get('keyword') ?? link.keyword,
    placement: sent.get('placement') ?? link.placement,
    subs: withSent(link.subs, sent),
    cost: readCost(sent.get('cost')),
    externalId: external === undefined ? null : (sent.get(external[0]) ?? null),
    externalKind: external === undefined ? null : external[1],
    test: sent.get('test') === '1' || sent.get('test') === 'true',
  }
}

function withSent(subs: ClickDraft['subs'], sent: ReadonlyMap<string, string>): ClickDraft['subs'] {
  let merged: Record<string, string> | null = null
  for (const name of subNames) {
    const value = sent.get(name)
    if (value === undefined) continue
    merged ??= { ...subs }
    merged[name] = value
  }
  return merged ?? subs
}

function readCost(text: string | undefined): string {
  const cost = text === undefined ? null : parseDecimal(text)
  return cost === null ? '0' : formatDecimal(roundMoney(cost))
}
