import type { SignedMessage } from '../access/check-signature.js'
import type { Refusal } from '../attribution/request.js'
import type { Clock } from '../kernel/clock.js'
import { encodeId, newId } from '../kernel/ids.js'
import type { PostbackAnswer, ReceiptDraft } from '../ledger/entries.js'
import { type AdmissionDeps, createSenderAdmission, isAnswer } from './admit-sender.js'
import { createAddressCheck } from './allow-address.js'
import { type HttpAnswer, toHttpAnswer } from './answer-postback.js'
import { blankSecrets, keepBody, keepUrl } from './blank-secrets.js'
import { clipText } from './clip-text.js'
import { findSent } from './find-sent.js'
import { type KnownSender, readClaim, type SentRequest, signedParameters } from './identify-sender.js'
import { type Keeper, keepRequest } from './keep-request.js'
import { type Parameters, parseParameters } from './parse-parameters.js'
import { createPostbackParser, maxTransactionIdBytes } from './parse-postback.js'
import type { CanonicalName, PresetTable } from './preset.js'
import { presetTable } from './presets/tables.js'
import { queryOf } from './query-of.js'
import { unreadable } from './refusal.js'
import { hasSecret } from './refuse-secrets.js'
import { refuseReturn, withReturn } from './return-text.js'

export interface PostbackDeps extends AdmissionDeps {
  readonly ledger: Keeper
  /** Addresses are looked at and not kept. */
  readonly forgetsAddresses: boolean
  readonly clock: Clock
}

/** A request as it came over HTTP. */
export interface Arrived extends SentRequest {
  readonly contentType: string | undefined
  readonly ip: string | null
  /** `Idempotency-Key`, or else `webhook-id`. */
  readonly idempotencyKey: string | null
  /** The request's own name, for the log. */
  readonly requestId: string
  /** The ids of the receipts that are made for it, for a log that has to tell of it before, or instead of, an answer. */
  readonly receipts: string[]
}

/** Whose a request is, and how it is known. */
export interface Sender extends KnownSender {
  /** Empty where it only signed. */
  readonly token: string
  readonly message: SignedMessage | null
}

export interface PostbackIntake {
  /** Who sent it; or the answer to one who is not known, or who sends too much. */
  findSender(arrived: Arrived, tokens: readonly string[]): Promise<Sender | HttpAnswer>
  /** The answer where this sender may send no more for now. */
  takeOneMore(sender: Sender): HttpAnswer | null
  /** What became of a postback whose sender is known; or of what is none, for the reason in place of its parameters. */
  take(sender: Sender, arrived: Arrived, parameters: Parameters | Refusal): Promise<PostbackAnswer>
}

const addressNotAllowed: Refusal = {
  code: 'ADDRESS_NOT_ALLOWED',
  message: "Requests from this address are not on the advertiser's list.",
  field: null,
  httpStatus: 403,
}

/** The way of one postback: whose is it, may it come from there, what does it say; then the ledger decides. */
export async function takePostback(intake: PostbackIntake, arrived: Arrived): Promise<HttpAnswer> {
  const sent = parseParameters(queryOf(arrived.url), arrived.body, arrived.contentType)
  const sender = await intake.findSender(arrived, sent.tokens)
  if (isAnswer(sender)) return sender
  const tooMuch = intake.takeOneMore(sender)
  if (tooMuch !== null) return tooMuch
  const parameters = sender.message === null ? sent : signedParameters(arrived.url, arrived.body, arrived.contentType)
  parameters.refusal ??= refuseReturn(parameters)
  return withReturn(toHttpAnswer(await intake.take(sender, keyed(arrived, sender), parameters)), parameters)
}

/** Of a signed request the id that was signed is the key: any other could have been put there to send it twice. */
export const keyed = (arrived: Arrived, { message }: Sender): Arrived =>
  message === null ? arrived : { ...arrived, idempotencyKey: message.id }

/** From the moment its sender is known, a request leaves a receipt, whatever is wrong with it. */
export function createPostbackIntake(deps: PostbackDeps): PostbackIntake {
  const { ledger, clock, forgetsAddresses } = deps
  const parsePostback = createPostbackParser()
  const mayComeFrom = createAddressCheck()
  const { admit, takeOneMore } = createSenderAdmission(deps)

  return {
    async findSender(arrived, tokens) {
      const claim = readClaim(arrived, tokens, clock())
      const found = await admit(claim, arrived.ip)
      return isAnswer(found) ? found : { ...found, token: claim?.token ?? '', message: claim?.message ?? null }
    },
    takeOneMore,

    take(sender, arrived, parameters) {
      const { advertiser, token } = sender
      const atMs = clock()
      const preset = presetTable(advertiser.preset)
      const kept = forgetsAddresses ? { ...arrived, ip: null } : arrived
      const receipt = draftReceipt(kept, parameters, preset, sender, atMs)
      arrived.receipts.push(encodeId('rcp', receipt.id))
      const problem = mayComeFrom(advertiser, arrived.ip) ? badKey(arrived.idempotencyKey, token) : addressNotAllowed
      const request = problem ?? (isRefused(parameters) ? parameters : parsePostback(parameters, preset, atMs))
      return keepRequest(ledger, receipt, request, token)
    },
  }
}

const isRefused = (parameters: Parameters | Refusal): parameters is Refusal => 'httpStatus' in parameters

const plainKey = /^[\x21-\x7e]{1,255}$/

const badKey = (key: string | null, token: string): Refusal | null =>
  key === null || (plainKey.test(key) && !hasSecret(key, token))
    ? null
    : unreadable(
        'INVALID_IDEMPOTENCY_KEY',
        'A key is 1 to 255 plain characters, without spaces, and no secret.',
        'Idempotency-Key',
      )

type Receivable = Pick<Arrived, 'method' | 'url' | 'body' | 'ip' | 'idempotencyKey' | 'requestId'>

export function draftReceipt(
  arrived: Receivable,
  parameters: Parameters | Refusal,
  preset: PresetTable,
  { owner, token }: Pick<Sender, 'owner' | 'token'>,
  atMs: number,
): ReceiptDraft {
  const sent = (name: CanonicalName) => {
    const found = isRefused(parameters) ? null : findSent(parameters, preset, name)
    // Both are indexed, and an index has no room for thousands of bytes.
    return found === null ? null : clipText(blankSecrets(found.text, token), maxTransactionIdBytes)
  }
  return {
    id: newId<'rcp'>(atMs),
    idempotencyKey: arrived.idempotencyKey,
    workspaceId: owner.workspaceId,
    advertiserId: owner.advertiserId,
    atMs,
    method: arrived.method,
    url: keepUrl(arrived.url, token),
    body: keepBody(arrived.body, token),
    ip: arrived.ip,
    transactionId: sent('txid'),
    clickId: sent('click_id'),
    requestId: arrived.requestId,
  }
}
