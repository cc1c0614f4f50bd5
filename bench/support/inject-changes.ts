import type { App } from '../../src/app.js'
import {
  type AffiliateId,
  type CampaignId,
  decodeId,
  type Id,
  type IdPrefix,
  newId,
  type WorkspaceId,
} from '../../src/kernel/ids.js'
import type { LedgerChange, LedgerHead } from '../../src/ledger/ledger-change.js'
import { readHeads } from '../../src/ledger/read-heads.js'
import { revenueOf } from './numbered.js'
import { campaignOf } from './questions.js'

/** What the changes are about: ids as the API gives them. */
export interface LiveCatalog {
  readonly advertiserId: string
  readonly affiliateIds: readonly string[]
  readonly campaignIds: readonly string[]
}

/**
 * Tells the live side of commits that never were, so that it is measured alone. This file knows how the live side is
 * told; the books know nothing of these changes but how many there were, so no postback may reach this server.
 */
export interface Injector {
  /** `count` changes in one commit, the first of them with this number. */
  hear(number: number, count: number): void
  /** Has the books stand where subscribers were told that they stand: for those who subscribe next. */
  settle(): Promise<void>
}

export async function createInjector(app: App, catalog: LiveCatalog): Promise<Injector> {
  const [first] = await app.rows<{ id: WorkspaceId }>('select workspace_id as id from workspace_head')
  if (first === undefined) throw new Error('there is no workspace')
  const [start] = await readHeads(app.rows, [first.id])
  if (start === undefined) throw new Error(`workspace ${first.id} is not in the database`)
  let head: LedgerHead = start
  const make = createMaker(catalog)

  return {
    hear(number, count) {
      const changes = Array.from({ length: count }, (_, index) => make(number + index, head.position + 1 + index))
      head = { ...head, position: head.position + count, revision: head.revision + 1 }
      app.live.announce({ ...head, changes, touched: [] })
    },
    async settle() {
      const { workspaceId, position, revision } = head
      const moved = 'update workspace_head set position = $2, revision = $3 where workspace_id = $1'
      await app.rows(moved, [workspaceId, position, revision])
    },
  }
}

/** Each change is a conversion's first. */
function createMaker({ advertiserId, affiliateIds, campaignIds }: LiveCatalog) {
  const affiliates = affiliateIds.map((id) => inside('aff', id))
  const campaigns = campaignIds.map((id) => inside('cmp', id))
  const advertiser = inside('adv', advertiserId)
  const linkId = newId<'lnk'>()
  const clickId = newId<'clk'>()
  const receiptId = newId<'rcp'>()

  return (number: number, position: number): LedgerChange => {
    const revenue = revenueOf(number)
    const now = Date.now()
    return {
      position,
      kind: 'CREATED',
      changedAt: now,
      reason: null,
      status: 'PENDING',
      previousStatus: null,
      amount: '100.00',
      saleAmount: '100.00',
      revenue,
      payout: '7.50',
      saleAmountDelta: '100.00',
      revenueDelta: revenue,
      payoutDelta: '7.50',
      id: newId<'cnv'>(),
      advertiserId: advertiser,
      campaignId: campaigns[campaignOf(number)] as CampaignId, // there are as many
      affiliateId: affiliates[number % affiliates.length] as AffiliateId, // in range
      linkId,
      clickId,
      receiptId,
      event: 'sale',
      transactionId: `order-${number}`,
      line: '',
      test: false,
      currency: 'USD',
      rate: '1',
      occurredAt: now,
      receivedAt: now,
      clickedAt: now,
      source: 'newsletter',
      creative: null,
      keyword: null,
      placement: null,
      country: 'DE',
      device: 'MOBILE',
      subs: {},
    }
  }
}

function inside<Prefix extends IdPrefix>(prefix: Prefix, text: string): Id<Prefix> {
  const id = decodeId(prefix, text)
  if (id === null) throw new Error(`${text} is no id of a ${prefix}`)
  return id
}
