import type { App } from '../../src/app.js'
import { decodeId, type Id, type IdPrefix, newId, type WorkspaceId } from '../../src/kernel/ids.js'
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

interface Live {
  hear(commit: object): void
}

interface HeadRow extends Record<string, unknown> {
  workspaceId: WorkspaceId
  epoch: number
  position: string
  revision: string
  receiptSequence: string
  catalogVersion: string
}

export async function createInjector(app: App, catalog: LiveCatalog): Promise<Injector> {
  const { live } = app as unknown as { live?: Live } // the live side is being given this door
  if (live === undefined) throw new Error('this build has no app.live.hear, so no changes can be injected')
  const [head] = await app.rows<HeadRow>(
    `select workspace_id as "workspaceId", epoch, position, revision, receipt_sequence as "receiptSequence",
            catalog_version as "catalogVersion" from workspace_head`,
  )
  if (head === undefined) throw new Error('there is no workspace')
  const { workspaceId, epoch } = head
  const receiptSequence = Number(head.receiptSequence)
  const catalogVersion = Number(head.catalogVersion)
  let position = Number(head.position)
  let revision = Number(head.revision)
  const make = createMaker(catalog)

  return {
    hear(number, count) {
      const changes = Array.from({ length: count }, (_, index) => make(number + index, position + 1 + index))
      position += count
      revision += 1
      live.hear({ workspaceId, epoch, position, revision, receiptSequence, catalogVersion, changes, touched: [] })
    },
    async settle() {
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

  return (number: number, position: number) => {
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
      campaignId: campaigns[campaignOf(number)],
      affiliateId: affiliates[number % affiliates.length],
      linkId,
      clickId,
      receiptId,
      event: 'sale',
      transactionId: `order-${number}`,
      line: null,
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
