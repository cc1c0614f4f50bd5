import { countries } from '../../src/demo/countries.js'
import type { Random } from '../../src/demo/random.js'
import { countryWeight } from '../../src/demo/rhythm.js'
import { createAgentReader } from '../../src/intake/read-agent.js'
import { drawFrom, drawTable } from './draw-ids.js'
import { creatives, keywords, type OfferedCampaign, type OfferedLink, type Offers, type Weighted } from './offers.js'

/** Where a click came from, each part as COPY takes it, in the order of `trafficColumns`. */
export interface Visit {
  /** Index of the link. */
  readonly link: number
  readonly campaign: OfferedCampaign
  readonly traffic: string
  readonly userAgent: string
  readonly ip: string
  readonly bot: boolean
  readonly firstVisit: boolean
}

const hourMs = 3_600_000
export const slotMs = hourMs / 4
const botRate = 0.05
const firstVisitRate = 0.7
const weekend = 0.8
/** Traffic of the first day against that of the last. */
const growth = [0.85, 1.15] as const

const windows = 'Windows NT 10.0; Win64; x64'
const mac = 'Macintosh; Intel Mac OS X 10_15_7'
const iphone = 'iPhone; CPU iPhone OS 18_5 like Mac OS X'
const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0'
const safari = 'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5'

const people: Weighted = [
  [`Mozilla/5.0 (${windows}) ${chrome} Safari/537.36`, 24],
  [`Mozilla/5.0 (${windows}) ${chrome} Safari/537.36 Edg/137.0.0.0`, 7],
  [`Mozilla/5.0 (${mac}) ${safari} Safari/605.1.15`, 7],
  [`Mozilla/5.0 (${mac}) ${chrome} Safari/537.36`, 5],
  [`Mozilla/5.0 (${windows}; rv:139.0) Gecko/20100101 Firefox/139.0`, 4],
  [`Mozilla/5.0 (${iphone}) ${safari} Mobile/15E148 Safari/604.1`, 22],
  [`Mozilla/5.0 (Linux; Android 15; Pixel 8) ${chrome} Mobile Safari/537.36`, 21],
  [
    `Mozilla/5.0 (Linux; Android 14; SM-S921B) ${chrome.replace('Chrome', 'SamsungBrowser/27.0 Chrome')} Mobile Safari/537.36`,
    6,
  ],
  [`Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) ${safari} Mobile/15E148 Safari/604.1`, 4],
]
const bots: Weighted = [
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 6],
  ['Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', 3],
  ['Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)', 2],
]
const runs = Array.from({ length: 50 }, (_, n) => `run-${n + 1}`)
const groups = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

/** How much traffic there is at a moment: each country by its own clock, less at weekends, more as time goes by. */
export function trafficAt(atMs: number, fromMs: number, toMs: number): number {
  const awake = countries.reduce((sum, country) => sum + countryWeight(country, 'world', atMs), 0)
  const day = new Date(atMs).getUTCDay()
  const part = (atMs - fromMs) / (toMs - fromMs)
  return awake * (day === 0 || day === 6 ? weekend : 1) * (growth[0] + (growth[1] - growth[0]) * part)
}

export interface Visits {
  /** How readily a click becomes an order, bots and all. */
  readonly averageAppeal: number
  /** Says when the next ones are: it is not day everywhere at once. */
  startSlot(atMs: number): void
  draw(): Visit
}

export function createVisits(random: Random, { links, campaigns }: Offers): Visits {
  const tables = {
    creative: tableOf(creatives),
    keyword: tableOf(keywords),
    people: tableOf(people),
    bots: tableOf(bots),
  }
  const agents = { people: readAgents(people), bots: readAgents(bots) }
  const shares = links.map(({ share }) => share)
  const linkTable = drawTable(shares, 4_096)
  const campaignOf = (index: number) => campaigns[links[index]?.campaign ?? 0] as OfferedCampaign // every link has one
  const appeals = Array.from(linkTable, (index) => campaignOf(index).appeal)
  const places = countries.map(({ code, regions, languages }) =>
    regions.flatMap((region) => languages.map((language) => `${code}\t${region}\t${language}`)),
  )
  let countryTable: Uint16Array = new Uint16Array()

  const pick = <Item>(items: readonly Item[]): Item => items[(random() * items.length) | 0] as Item // in range
  const pickSubs = (subs: OfferedLink['subs']): string => {
    if (subs === 'none') return '{}'
    return subs === 'sub1' ? `{"sub1": "${pick(runs)}"}` : `{"sub1": "${pick(runs)}", "sub2": "${pick(groups)}"}`
  }

  return {
    averageAppeal: ((1 - botRate) * appeals.reduce((sum, appeal) => sum + appeal, 0)) / appeals.length,
    startSlot(atMs) {
      const weights = countries.map((country) => countryWeight(country, 'world', atMs))
      countryTable = drawTable(weights, 1_024)
    },
    draw() {
      const index = drawFrom(random, linkTable)
      const { source, placements, subs } = links[index] as OfferedLink // in range
      const bot = random() < botRate
      const kind = bot ? 'bots' : 'people'
      const agent = agents[kind][drawFrom(random, tables[kind])] as Agent // in range
      const [creative] = creatives[drawFrom(random, tables.creative)] ?? ['']
      const [keyword] = keywords[drawFrom(random, tables.keyword)] ?? ['']
      const place = pick(places[drawFrom(random, countryTable)] ?? [])
      return {
        link: index,
        campaign: campaignOf(index),
        traffic: [source, creative, keyword, pick(placements), pickSubs(subs), place, agent.text].join('\t'),
        userAgent: agent.userAgent,
        // From the range that is kept for measuring: nobody has these addresses.
        ip: `198.${18 + ((random() * 2) | 0)}.${(random() * 256) | 0}.${(random() * 254 + 1) | 0}`,
        bot,
        firstVisit: !bot && random() < firstVisitRate,
      }
    },
  }
}

interface Agent {
  readonly userAgent: string
  /** Device, system and browser, as COPY takes them. */
  readonly text: string
}

function readAgents(weighted: Weighted): Agent[] {
  const read = createAgentReader()
  return weighted.map(([userAgent]) => {
    const { device, os, browser } = read(userAgent)
    return { userAgent, text: `${device}\t${os}\t${browser}` }
  })
}

function tableOf(weighted: Weighted): Uint16Array {
  const weights = weighted.map(([, weight]) => weight)
  return drawTable(weights, 256)
}
