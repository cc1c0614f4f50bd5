import type { CreditedClick } from '../attribution/conversion.js'
import type { PostbackRequest } from '../attribution/request.js'
import type { AdvertiserId, ReceiptId, WorkspaceId } from '../kernel/ids.js'
import type { ClickDraft } from './entries.js'

/** A click that can be credited, with what a conversion carries on of it. */
export interface BookedClick extends CreditedClick {
  readonly traffic: Traffic
}

export type Traffic = Pick<
  ClickDraft,
  | 'source'
  | 'creative'
  | 'keyword'
  | 'placement'
  | 'subs'
  | 'country'
  | 'region'
  | 'language'
  | 'device'
  | 'os'
  | 'browser'
>

/** A well-formed postback that waits for what it lacks. */
export interface ParkedPostback {
  readonly workspaceId: WorkspaceId
  readonly receiptId: ReceiptId
  readonly advertiserId: AdvertiserId
  readonly atMs: number
  readonly request: PostbackRequest
}
