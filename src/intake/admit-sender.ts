import { type HttpAnswer, limitedAnswer, unauthenticatedAnswer } from './answer-postback.js'
import { type Claim, createSenderFinder, type Sender, type SenderSources } from './identify-sender.js'
import type { IntakeLimits } from './intake-limits.js'
import { addressKey } from './rate-limit.js'

export interface AdmissionDeps extends SenderSources {
  readonly limits: IntakeLimits
}

export type AdmitSender = (claim: Claim | null, ip: string | null) => Promise<Sender | HttpAnswer>

/** The sender of a request, or the answer to one who is not known or sends too much. */
export function createSenderAdmission(deps: AdmissionDeps): AdmitSender {
  const { advertiser: advertiserLimit, failures } = deps.limits
  const findSender = createSenderFinder(deps)
  return async (claim, ip) => {
    const address = addressKey(ip)
    // An id is no secret: whoever signs is known by where it signed from as well.
    const name = claim?.token ?? `${claim?.advertiserId ?? ''} ${address}`
    const untilKnownMs = failures.waitMs(address, name)
    if (untilKnownMs > 0) return limitedAnswer('failures', untilKnownMs)
    const sender = claim === null ? null : await findSender(claim)
    if (sender === null) {
      failures.failed(address, name)
      return unauthenticatedAnswer
    }
    failures.proven(name)
    const { advertiserId } = sender.owner
    const waitMs = advertiserLimit.takeMs(advertiserId)
    return waitMs > 0 ? limitedAnswer('advertiser', waitMs, advertiserId) : sender
  }
}

export const isAnswer = (admitted: Sender | HttpAnswer): admitted is HttpAnswer => 'httpStatus' in admitted
