import type { PostbackRequest, Refusal } from '../../src/attribution/request.js'
import type { AdvertiserTerms, CampaignTerms } from '../../src/attribution/terms.js'
import { CodedError } from '../../src/kernel/errors.js'
import type { AdvertiserId, CampaignId, ConversionId, WorkspaceId } from '../../src/kernel/ids.js'
import type { ClickAnswer, ClickDraft, Ledger, PostbackAnswer, ReceiptDraft } from '../../src/ledger/entries.js'

export const uuid = '01890a5d-ac96-774b-bcce-b302099a8057'
export const suffix = '01h455vb4pex5vsknk084sn02q'
export const workspaceId = uuid as WorkspaceId

export const advertiser: AdvertiserTerms = {
  id: uuid as AdvertiserId,
  preset: 'canonical',
  allowedIps: [],
  requireSignature: false,
}

export const campaign: CampaignTerms = {
  id: uuid as CampaignId,
  advertiserId: advertiser.id,
  status: 'ACTIVE',
  destinationUrl: 'https://shop.test/{source}',
  fallbackUrl: null,
  attributionWindowDays: 30,
  clientSide: false,
  goals: new Map(),
}

export type RecordingLedger = Pick<Ledger, 'keepClick' | 'keepPostback' | 'keepRefusal'> & {
  readonly clicks: ClickDraft[]
  readonly kept: { receipt: ReceiptDraft; request?: PostbackRequest; refusal?: Refusal }[]
  /** While set, everything is answered with this error. */
  failure: Error | null
  clickAnswer: ClickAnswer
  postbackAnswer: Partial<PostbackAnswer>
}

/** Stands in for the ledger where only the routes' own work is in question: it writes down what it is given. */
export function createRecordingLedger(): RecordingLedger {
  const answer = (receipt: ReceiptDraft, rest: Omit<PostbackAnswer, 'receiptId'>): PostbackAnswer => {
    if (ledger.failure !== null) throw ledger.failure
    return { receiptId: receipt.id, ...rest, ...ledger.postbackAnswer }
  }
  const ledger: RecordingLedger = {
    clicks: [],
    kept: [],
    failure: null,
    clickAnswer: { kept: true, campaign, affiliateRef: 'joe' },
    postbackAnswer: {},
    async keepClick(click) {
      if (ledger.failure !== null) throw ledger.failure
      ledger.clicks.push(click)
      return ledger.clickAnswer
    },
    async keepPostback(receipt, request) {
      ledger.kept.push({ receipt, request })
      const conversionId = uuid as ConversionId
      return answer(receipt, { outcome: 'ACCEPTED', httpStatus: 200, reason: null, conversionId })
    },
    async keepRefusal(receipt, refusal) {
      ledger.kept.push({ receipt, refusal })
      const { httpStatus, ...reason } = refusal
      return answer(receipt, { outcome: 'REJECTED', httpStatus, reason, conversionId: null })
    },
  }
  return ledger
}

export const unavailable = () => new CodedError('UNAVAILABLE', 'The books cannot be reached.')
