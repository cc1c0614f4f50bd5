import type { PostbackRequest, Refusal } from '../attribution/request.js'
import type { Ledger, PostbackAnswer, ReceiptDraft } from '../ledger/entries.js'
import { blankSecrets } from './blank-secrets.js'
import { isRefusal } from './refusal.js'
import { refuseSecrets } from './refuse-secrets.js'

export type Keeper = Pick<Ledger, 'keepPostback' | 'keepRefusal'>

/** Hands what was read of a request to the ledger, or what is wrong with it. `token` is its sender's, '' without one. */
export function keepRequest(
  ledger: Keeper,
  receipt: ReceiptDraft,
  read: PostbackRequest | Refusal,
  token: string,
): Promise<PostbackAnswer> {
  const keepRefusal = (refusal: Refusal) => {
    // The field may be a name that the sender made up, with a secret in it.
    const field = refusal.field === null ? null : blankSecrets(refusal.field, token)
    return ledger.keepRefusal(receipt, { ...refusal, field })
  }
  if (isRefusal(read)) return keepRefusal(read)
  const refusal = refuseSecrets(read, token)
  return refusal === null ? ledger.keepPostback(receipt, read) : keepRefusal(refusal)
}
