import type { LinkFinder, LinkTerms } from '../catalog/find-link.js'
import type { Clock } from '../kernel/clock.js'
import { decodeId, newId } from '../kernel/ids.js'
import type { ClickAnswer, ClickDraft, Ledger } from '../ledger/entries.js'
import type { ByteString } from './decode-text.js'
import type { GeoLookup } from './geo-lookup.js'
import { type ClickKind, createIntakeCounts, type IntakeCounts } from './intake-counts.js'
import type { NoticeBurst } from './notice-burst.js'
import { readClickQuery } from './read-click-query.js'
import { createVisitorReader, type VisitorRequest } from './read-visitor.js'

export interface ClickDeps {
  readonly ledger: Pick<Ledger, 'keepClick'>
  readonly findLink: LinkFinder
  readonly geo: GeoLookup
  readonly clock: Clock
  readonly visitorSecret: string
  readonly noticeBurst: NoticeBurst
  /** Addresses and user agents are not kept at all. */
  readonly forgetsAddresses: boolean
  readonly counts?: IntakeCounts
}

/** A click, the link it was made through, and what the ledger says of it. */
export interface ArrivedClick extends ClickAnswer {
  readonly link: LinkTerms
  readonly click: ClickDraft
}

export type KeepClick = (request: VisitorRequest, link: string, query: ByteString) => Promise<ArrivedClick | null>

/** Keeps a click, whether its link led here or a script tells of it. Null where there is no such link. */
export function createClickKeeper(deps: ClickDeps): KeepClick {
  const { noticeBurst, forgetsAddresses, counts = createIntakeCounts() } = deps
  const readVisitor = createVisitorReader(deps)
  const count = (kind: ClickKind) => counts.clicks.count(kind)
  const keep: KeepClick = async (request, linkText, query) => {
    const linkId = decodeId('lnk', linkText)
    const link = linkId === null ? null : await deps.findLink(linkId)
    if (link === null) {
      count('unknown')
      return null
    }
    const atMs = deps.clock()
    const visitor = readVisitor(request, atMs)
    const click = {
      id: newId<'clk'>(atMs),
      workspaceId: link.workspaceId,
      atMs,
      linkId: link.id,
      campaignId: link.campaignId,
      affiliateId: link.affiliateId,
      ...readClickQuery(query, link),
      ...visitor,
      ...(forgetsAddresses ? { ip: null, userAgent: null } : {}),
      bot: visitor.bot || noticeBurst(visitor.visitor, link.id, atMs),
    }
    const answer = await deps.ledger.keepClick(click)
    count(kindOf(answer.kept, visitor.bot, click.bot))
    return { link, click, ...answer }
  }

  return (request, linkText, query) =>
    keep(request, linkText, query).catch((error: unknown) => {
      count('failed')
      throw error
    })
}

const kindOf = (kept: boolean, saysSo: boolean, bot: boolean): ClickKind =>
  kept ? (saysSo ? 'bot' : bot ? 'burst' : 'human') : 'ended'
