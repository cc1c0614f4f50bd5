import { encodeId, newId, type WorkspaceId } from '../kernel/ids.js'
import type { ClickDraft } from '../ledger/entries.js'
import type { DemoLink, Variant } from './demo-link.js'
import { journeys } from './journeys.js'
import type { PlacedLink } from './place-offers.js'
import { type PlannedPostback, planPostbacks } from './plan-postbacks.js'
import { between, chance, pick, type Random } from './random.js'
import { createVisitors } from './visitors.js'

/** A visit, and all that its advertiser is going to report of it. */
export interface Journey {
  readonly link: PlacedLink
  readonly click: ClickDraft
  /** In the order in which they are sent. */
  readonly postbacks: readonly PlannedPostback[]
}

export type DrawJourney = (link: PlacedLink, atMs: number) => Journey

export function createJourneys(random: Random, workspaceId: WorkspaceId): DrawJourney {
  const drawVisitor = createVisitors(random)

  return (link, drawnAtMs) => {
    // Whole, as ids and timestamps are.
    const atMs = Math.floor(drawnAtMs)
    const { wealth, ...visitor } = drawVisitor(link, atMs)
    const creative = drawVariant(random, link.creatives)
    const keyword = drawVariant(random, link.keywords)
    const click: ClickDraft = {
      id: newId<'clk'>(atMs),
      workspaceId,
      atMs,
      linkId: link.id,
      campaignId: link.campaignId,
      affiliateId: link.affiliateId,
      test: false,
      source: link.source,
      creative: creative.text,
      keyword: keyword.text,
      placement: link.placement ?? '',
      subs: link.subs ?? {},
      cost: drawCost(random, link),
      externalId: link.platform === undefined ? null : drawPlatformId(random),
      externalKind: link.platform ?? null,
      ...visitor,
    }
    const { campaign } = link
    const likely = campaign.rate * link.quality * creative.quality * keyword.quality * wealth
    const converts = !visitor.bot && chance(random, likely * (campaign.byDevice[visitor.device] ?? 1))
    const steps = converts ? journeys[campaign.journey](random, wealth) : []
    const postbacks =
      steps.length === 0 ? [] : planPostbacks(random, campaign, { text: encodeId('clk', click.id), atMs }, steps)
    return { link, click, postbacks: postbacks.sort((one, other) => one.afterMs - other.afterMs) }
  }
}

const noVariant: Variant = { text: '', share: 1, quality: 1 }

const drawVariant = (random: Random, variants: readonly Variant[] = [noVariant]): Variant =>
  pick(random, variants, ({ share }) => share)

const drawCost = (random: Random, { costPerClick }: DemoLink): string =>
  costPerClick === undefined ? '0' : (costPerClick * between(random, 0.6, 1.4)).toFixed(4)

/** As long, and as unreadable, as the platforms' own. */
const drawPlatformId = (random: Random): string =>
  `Cj0K${Array.from({ length: 5 }, () => Math.floor(random() * 2 ** 32).toString(36)).join('-')}`
