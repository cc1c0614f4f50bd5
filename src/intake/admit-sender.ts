import { type HttpAnswer, limitedAnswer, unauthenticatedAnswer } from './answer-postback.js'
import { type Claim, createSenderFinder, type KnownSender, type SenderSources } from './identify-sender.js'
import type { IntakeLimits } from './intake-limits.js'
import { addressKey } from './rate-limit.js'

export interface AdmissionDeps extends SenderSources {
  readonly limits: IntakeLimits
}

export interface SenderAdmission {
  /** The sender of a request, or the answer to one who is not known. */
  admit(claim: Claim | null, ip: string | null): Promise<KnownSender | HttpAnswer>
  /** Counts a postback against its sender's rate: the answer where it was one too many. */
  takeOneMore(sender: KnownSender): HttpAnswer | null
}

export function createSenderAdmission(deps: AdmissionDeps): SenderAdmission {
  const { advertiser: advertiserLimit, failures } = deps.limits
  const findSender = createSenderFinder(deps)
  return {
    async admit(claim, ip) {
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
      return sender
    },
    takeOneMore({ owner: { advertiserId } }) {
      const waitMs = advertiserLimit.takeMs(advertiserId)
      return waitMs > 0 ? limitedAnswer('advertiser', waitMs, advertiserId) : null
    },
  }
}

export const isAnswer = (admitted: KnownSender | HttpAnswer): admitted is HttpAnswer => 'httpStatus' in admitted
