import Bowser from 'bowser'
import { isbot } from 'isbot'
import { LRUCache } from 'lru-cache'
import { cleanText } from './clip-text.js'

/** What a user agent says of itself. Texts are '' where it does not say. */
export interface Agent {
  readonly bot: boolean
  /** desktop, mobile, tablet, tv, … */
  readonly device: string
  readonly os: string
  readonly browser: string
}

const maxNameBytes = 255
const maxAgents = 5000

const unnamed: Agent = { bot: true, device: '', os: '', browser: '' }

/** Reading a user agent takes hundreds of patterns; there are few different ones, so the answers are kept.
 * The caller has cut what it passes to a sensible length. */
export function createAgentReader(): (userAgent: string) => Agent {
  const known = new LRUCache<string, Agent>({ max: maxAgents })
  return (userAgent) => {
    if (userAgent === '') return unnamed
    let agent = known.get(userAgent)
    if (agent === undefined) {
      agent = readAgent(userAgent)
      known.set(userAgent, agent)
    }
    return agent
  }
}

/** Apple's HTTP library in an app, with no page around it: a messenger that draws a preview on its sender's telephone. */
const appWithoutBrowser = /^(?!Mozilla\/)\S+ CFNetwork\//

function readAgent(userAgent: string): Agent {
  const { platform, os, browser } = Bowser.parse(userAgent)
  return {
    bot: isbot(userAgent) || appWithoutBrowser.test(userAgent),
    device: cleanText(platform.type ?? '', maxNameBytes).toLowerCase(),
    os: cleanText(os.name ?? '', maxNameBytes),
    browser: cleanText(browser.name ?? '', maxNameBytes),
  }
}
