import type { Place } from '../../access/cursor.js'
import type { Scope } from '../../access/scope.js'
import type { Rows } from '../../database/rows.js'
import { badInput, forbidden, notFound } from '../../kernel/errors.js'
import { type AdvertiserId, type CampaignId, decodeId } from '../../kernel/ids.js'
import { money } from '../../kernel/money.js'
import { limitedList } from '../filter-values.js'
import type { Comparing } from './compare-orders.js'
import { checkShortText, maxNameBytes } from './listed-order.js'
import type { Owner } from './read-orders.js'

/** What is asked for beside the list, as it came in. */
export interface AskedReconciliation {
  readonly advertiserId?: string | null | undefined
  readonly campaignIds?: readonly string[] | null | undefined
  readonly event?: string | null | undefined
  readonly from?: Date | null | undefined
  readonly to?: Date | null | undefined
  readonly tolerance?: string | null | undefined
}

export interface Question extends Comparing, Owner {
  /** The event of orders that name none, and the only one that the list is about; null: any. */
  readonly event: string | null
  /** When what the list may lack happened; null: only what is listed is looked for. */
  readonly range: { readonly from: Date; readonly to: Date } | null
  /** The workspace's, and the state of its books. */
  readonly currency: string
  readonly head: Place
}

export function requireReconciler(scope: Scope): void {
  if (scope.role === 'AFFILIATE') throw forbidden('Orders are reconciled by an ADMIN, an ANALYST or their ADVERTISER.')
}

/** All that takes no look into the database, so that much can be refused before a long list is read. */
export function checkQuestion(scope: Scope, asked: AskedReconciliation): AdvertiserId {
  requireReconciler(scope)
  const { from, to, event } = asked
  if (asked.advertiserId == null && scope.advertiserId === null) {
    throw badInput('Say whose orders these are.', 'advertiserId')
  }
  const advertiserId = asked.advertiserId == null ? scope.advertiserId : decodeId('adv', asked.advertiserId)
  const isTheirs = scope.advertiserId === null || scope.advertiserId === advertiserId
  if (advertiserId === null || !isTheirs) throw notFound('advertiser', 'advertiserId')
  if ((from == null) !== (to == null)) throw badInput('from and to go together.', from == null ? 'from' : 'to')
  if (from != null && to != null && from >= to) throw badInput('from must be before to.', 'from')
  if (event != null) checkShortText(event, maxNameBytes, 'event')
  if (asked.tolerance?.startsWith('-')) throw badInput('tolerance cannot be negative.', 'tolerance')
  limitedList(asked.campaignIds, 'campaignIds')
  return advertiserId
}

export async function readQuestion(rows: Rows, scope: Scope, asked: AskedReconciliation): Promise<Question> {
  const advertiserId = checkQuestion(scope, asked)
  const { workspaceId } = scope
  const wanted = asked.campaignIds?.map((id) => decodeId('cmp', id)) ?? null
  const [found] = await rows<QuestionRow>(
    `select w.currency, h.epoch, h.position, h.revision, h.catalog_version as "catalogVersion",
            exists (select from advertiser a where a.workspace_id = $1 and a.id = $2) as "isKnown",
            array (select c.id from campaign c
                    where c.workspace_id = $1 and c.advertiser_id = $2 and c.id = any($3::uuid[]))::text[] as campaigns
       from workspace w join workspace_head h on h.workspace_id = w.id where w.id = $1`,
    [workspaceId, advertiserId, wanted?.filter((id) => id !== null) ?? []],
  )
  if (found === undefined) throw new Error(`workspace ${workspaceId} is not in the database`)
  if (!found.isKnown) throw notFound('advertiser', 'advertiserId')
  const campaignIds = new Set(found.campaigns)
  // A campaign that is none of this advertiser's would make all that is listed missing, and not say why.
  if (wanted?.some((id) => id === null || !campaignIds.has(id))) throw notFound('campaign', 'campaignIds')
  const { from, to } = asked
  return {
    workspaceId,
    advertiserId,
    campaignIds: wanted === null ? null : campaignIds,
    event: asked.event ?? null,
    range: from == null || to == null ? null : { from, to },
    tolerance: money(asked.tolerance ?? '0'),
    currency: found.currency,
    head: {
      epoch: found.epoch,
      position: Number(found.position),
      revision: Number(found.revision),
      catalogVersion: Number(found.catalogVersion),
    },
  }
}

interface QuestionRow {
  readonly currency: string
  readonly epoch: number
  readonly position: string
  readonly revision: string
  readonly catalogVersion: string
  readonly isKnown: boolean
  readonly campaigns: CampaignId[]
}
