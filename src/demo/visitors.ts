import { createVisitorNamer } from '../intake/name-visitor.js'
import { createAgentReader } from '../intake/read-agent.js'
import type { Visitor } from '../intake/read-visitor.js'
import { countries, type DemoCountry } from './countries.js'
import type { DemoLink } from './demo-link.js'
import { chance, integer, pick, type Random } from './random.js'
import { countryWeight } from './rhythm.js'

/** A visitor of the demo, with what makes it likelier to buy. */
export interface DemoVisitor extends Visitor {
  readonly wealth: number
}

interface DemoAgent {
  readonly share: number
  readonly apple: boolean
  readonly userAgent: string
}

const agent = (share: number, platform: string, browser: string): DemoAgent => ({
  share,
  apple: /iPhone|iPad|Macintosh/.test(platform),
  userAgent: `Mozilla/5.0 (${platform}) ${browser}`,
})

const windows = 'Windows NT 10.0; Win64; x64'
const mac = 'Macintosh; Intel Mac OS X 10_15_7'
const iphone = 'iPhone; CPU iPhone OS 18_5 like Mac OS X'
const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0'
const webkit = 'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5'
const firefox = 'Gecko/20100101 Firefox/139.0'

const agents = {
  desktop: [
    agent(46, windows, `${chrome} Safari/537.36`),
    agent(14, windows, `${chrome} Safari/537.36 Edg/137.0.0.0`),
    agent(14, mac, `${webkit} Safari/605.1.15`),
    agent(12, mac, `${chrome} Safari/537.36`),
    agent(8, `${windows}; rv:139.0`, firefox),
    agent(3, 'X11; Linux x86_64; rv:139.0', firefox),
  ],
  mobile: [
    agent(40, iphone, `${webkit} Mobile/15E148 Safari/604.1`),
    agent(6, iphone, `${webkit.replace('Version/18.5', 'CriOS/137.0.7151.79')} Mobile/15E148 Safari/604.1`),
    agent(40, 'Linux; Android 15; Pixel 8', `${chrome} Mobile Safari/537.36`),
    agent(
      12,
      'Linux; Android 14; SM-S921B',
      `${chrome.replace('Chrome', 'SamsungBrowser/27.0 Chrome')} Mobile Safari/537.36`,
    ),
    agent(2, 'Android 15; Mobile; rv:139.0', 'Gecko/139.0 Firefox/139.0'),
  ],
  tablet: [
    agent(7, 'iPad; CPU OS 18_5 like Mac OS X', `${webkit} Mobile/15E148 Safari/604.1`),
    agent(3, 'Linux; Android 14; SM-X710', `${chrome} Safari/537.36`),
  ],
}

const bots = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
]

const botRate = 0.03
const returnRate = 0.09
const tabletRate = 0.05
/** Of each link, those who may come again. */
const maxRemembered = 30

/** Draws visitors; what is known of their browser is read from their user agent just as it is of real ones. */
export function createVisitors(random: Random): (link: DemoLink, atMs: number) => DemoVisitor {
  const readAgent = createAgentReader()
  const nameVisitor = createVisitorNamer('demo')
  const remembered = new Map<DemoLink, DemoVisitor[]>()

  function drawNew(link: DemoLink, atMs: number): DemoVisitor {
    const country = pick(random, countries, (one) => countryWeight(one, link.audience, atMs))
    const userAgent = chance(random, botRate) ? pick(random, bots) : drawAgent(random, link, country)
    const ip = drawAddress(random)
    return {
      ...readAgent(userAgent),
      visitor: '',
      country: country.code,
      region: pick(random, country.regions),
      language: pick(random, country.languages),
      ip,
      userAgent,
      wealth: country.wealth,
    }
  }

  return (link, atMs) => {
    const before = remembered.get(link) ?? []
    remembered.set(link, before)
    const comesAgain = before.length > 0 && chance(random, returnRate)
    const visitor = comesAgain ? pick(random, before) : drawNew(link, atMs)
    if (!comesAgain) before.push(visitor)
    if (before.length > maxRemembered) before.shift()
    return { ...visitor, visitor: nameVisitor(visitor.ip, visitor.userAgent ?? '', atMs) }
  }
}

function drawAgent(random: Random, link: DemoLink, { apple }: DemoCountry): string {
  const device = chance(random, link.mobile) ? 'mobile' : chance(random, tabletRate) ? 'tablet' : 'desktop'
  return pick(random, agents[device], (one) => one.share * (one.apple ? apple : 1)).userAgent
}

/** From the ranges that are kept for documentation and for measuring: nobody has them. */
function drawAddress(random: Random): string {
  const part = () => integer(random, 1, 254)
  if (chance(random, 0.7)) return `198.${integer(random, 18, 19)}.${part()}.${part()}`
  const group = () => integer(random, 0x1000, 0xffff).toString(16)
  return `2001:db8:${group()}:${group()}::${part().toString(16)}`
}
