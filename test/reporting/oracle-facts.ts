import { subNames } from '../../src/kernel/vocabulary.js'
import type { Dimension } from '../../src/reporting/dimensions.js'
import { type RawBooks, type RawClick, type RawLine, trafficNames, type Worth } from './oracle-books.js'
import { addClick, addWorth, type Sums } from './oracle-metrics.js'

type Basis = 'EVENT' | 'CLICK' | 'CHANGE'
type Key = Readonly<Partial<Record<Dimension, string>>>

/** Something that counts at a moment: a click, or what a conversion is worth, added or taken away. */
export interface Fact {
  readonly atMs: number
  readonly test: boolean
  readonly key: Key
  readonly isClick: boolean
  addTo(sums: Sums): void
}

/** What there is to count, by the moment that the basis names. */
export function createFacts(books: RawBooks): (basis: Basis) => readonly Fact[] {
  const facts = {
    EVENT: [...clickFacts(books, 'EVENT'), ...conversionFacts(books, 'EVENT')],
    CLICK: [...clickFacts(books, 'CLICK'), ...conversionFacts(books, 'CLICK')],
    CHANGE: [...clickFacts(books, 'CHANGE'), ...ledgerFacts(books)],
  }
  return (basis) => facts[basis]
}

function clickFacts({ clicks }: RawBooks, basis: Basis): Fact[] {
  return clicks.map((click) => ({
    atMs: basis === 'CHANGE' ? click.bookedAtMs : click.atMs,
    test: click.test,
    key: originKey(click),
    isClick: true,
    addTo: (sums) => addClick(sums, click),
  }))
}

/** As conversions stand: each once, at its own moment or at its click's. */
function conversionFacts({ conversions }: RawBooks, basis: 'EVENT' | 'CLICK'): Fact[] {
  return conversions.map((conversion) => {
    const { occurredAtMs, clickedAtMs } = conversion
    return worthFact(conversion, conversion, 1, basis === 'CLICK' ? (clickedAtMs ?? occurredAtMs) : occurredAtMs)
  })
}

/** As they were booked: each change takes away what was, and adds what is. */
function ledgerFacts({ lines }: RawBooks): Fact[] {
  return lines.flatMap(({ atMs, conversion, before, after }) => [
    worthFact(conversion, after, 1, atMs),
    ...(before === null ? [] : [worthFact(conversion, before, -1, atMs)]),
  ])
}

function worthFact(of: RawLine['conversion'], worth: Worth, sign: 1 | -1, atMs: number): Fact {
  return {
    atMs,
    test: of.test,
    key: { ...originKey(of), EVENT: of.event, STATUS: worth.status },
    isClick: false,
    addTo: (sums) => addWorth(sums, worth, sign),
  }
}

function originKey(origin: RawClick | RawLine['conversion']): Key {
  return {
    CAMPAIGN: origin.campaignId,
    ADVERTISER: origin.advertiserId,
    AFFILIATE: origin.affiliateId,
    LINK: origin.linkId ?? '',
    ...Object.fromEntries(trafficNames.map((name) => [name.toUpperCase(), origin.traffic[name] ?? ''])),
    ...Object.fromEntries(subNames.map((name) => [name.toUpperCase(), origin.subs[name] ?? ''])),
  }
}
