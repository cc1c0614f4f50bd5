import type { Conversion, CreditedClick } from '../attribution/conversion.js'
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

/** What of its click's traffic a conversion is shown and filtered by. */
export type CarriedTraffic = Pick<
  Traffic,
  'source' | 'creative' | 'keyword' | 'placement' | 'subs' | 'country' | 'device'
>

export const noTraffic: CarriedTraffic = {
  source: '',
  creative: '',
  keyword: '',
  placement: '',
  subs: {},
  country: '',
  device: '',
}

/** A conversion as the database has it. */
export interface BookedConversion extends Conversion {
  readonly traffic: CarriedTraffic
}

/** A well-formed postback that waits for what it lacks. */
export interface ParkedPostback {
  readonly workspaceId: WorkspaceId
  readonly receiptId: ReceiptId
  readonly advertiserId: AdvertiserId
  readonly atMs: number
  readonly request: PostbackRequest
  /** It waits for something of the catalog, and not for a click or an order. */
  readonly lacksCatalog: boolean
}
