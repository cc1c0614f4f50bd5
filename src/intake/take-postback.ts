import type { TokenOwner } from '../access/tokens.js'
import type { Refusal } from '../attribution/request.js'
import type { Clock } from '../kernel/clock.js'
import { newId } from '../kernel/ids.js'
import type { Ledger, ReceiptDraft } from '../ledger/entries.js'
import { type AdmissionDeps, createSenderAdmission, isAnswer } from './admit-sender.js'
import { createAddressCheck } from './allow-address.js'
import { type HttpAnswer, toHttpAnswer } from './answer-postback.js'
import { blankSecrets, keepBody, keepUrl } from './blank-secrets.js'
import { clipText } from './clip-text.js'
import { readClaim, type SentRequest, signedParameters } from './identify-sender.js'
import { type Parameters, parseParameters } from './parse-parameters.js'
import { createPostbackParser, maxTransactionIdBytes, sentName } from './parse-postback.js'
import { type CanonicalName, type PresetTable, presetTable } from './preset.js'
import { queryOf } from './query-of.js'
import { isRefusal } from './refusal.js'

export interface PostbackDeps extends AdmissionDeps {
  readonly ledger: Pick<Ledger, 'keepPostback' | 'keepRefusal'>
  /** Addresses are looked at and not kept. */
  readonly forgetsAddresses: boolean
  readonly clock: Clock
}

/** A postback as it came over HTTP. */
export interface ArrivedPostback extends SentRequest {
  readonly contentType: string | undefined
  /** The header of this name. */
  readonly idempotencyKey: string | undefined
  readonly ip: string | null
}

const addressNotAllowed: Refusal = {
  code: 'ADDRESS_NOT_ALLOWED',
  message: "Requests from this address are not on the advertiser's list.",
  field: null,
  httpStatus: 403,
}

/**
 * The way of one postback: whose is it, may it come from there, what does it say; then the ledger decides. From the
 * moment its sender is known it leaves a receipt, whatever is wrong with it.
 */
export function createPostbackIntake(deps: PostbackDeps): (arrived: ArrivedPostback) => Promise<HttpAnswer> {
  const { ledger, clock, forgetsAddresses } = deps
  const parsePostback = createPostbackParser()
  const mayComeFrom = createAddressCheck()
  const admit = createSenderAdmission(deps)

  return async function takePostback(arrived) {
    const atMs = clock()
    const sent = parseParameters(queryOf(arrived.url), arrived.body, arrived.contentType)
    const claim = readClaim(arrived, sent.tokens, atMs)
    const sender = await admit(claim, arrived.ip)
    if (isAnswer(sender)) return sender

    const { owner, advertiser } = sender
    const token = claim?.token ?? ''
    const message = claim?.message ?? null
    const parameters = message === null ? sent : signedParameters(arrived.url, arrived.body, arrived.contentType)
    const preset = presetTable(advertiser.preset)
    const receipt = {
      ...draftReceipt(arrived, parameters, preset, token, owner, atMs),
      ip: forgetsAddresses ? null : arrived.ip,
      // Of a signed request the id that was signed: any other could have been put there to send it twice.
      idempotencyKey: message?.id ?? arrived.idempotencyKey ?? arrived.webhook.id ?? null,
    }
    const request = mayComeFrom(advertiser, arrived.ip) ? parsePostback(parameters, preset, atMs) : addressNotAllowed
    if (!isRefusal(request)) return toHttpAnswer(await ledger.keepPostback(receipt, request))
    // The field may be a name that the sender made up, with a secret in it.
    const field = request.field === null ? null : blankSecrets(request.field, token)
    return toHttpAnswer(await ledger.keepRefusal(receipt, { ...request, field }))
  }
}

function draftReceipt(
  arrived: ArrivedPostback,
  parameters: Parameters,
  preset: PresetTable,
  token: string,
  owner: TokenOwner,
  atMs: number,
): Omit<ReceiptDraft, 'ip'> {
  const sent = (name: CanonicalName) => {
    const text = parameters.values.get(sentName(parameters, preset, name))
    // Both are indexed, and an index has no room for thousands of bytes.
    return text === undefined ? null : clipText(blankSecrets(text, token), maxTransactionIdBytes)
  }
  return {
    id: newId<'rcp'>(atMs),
    workspaceId: owner.workspaceId,
    advertiserId: owner.advertiserId,
    atMs,
    method: arrived.method,
    url: keepUrl(arrived.url, token),
    body: keepBody(arrived.body, token),
    transactionId: sent('txid'),
    clickId: sent('click_id'),
  }
}
