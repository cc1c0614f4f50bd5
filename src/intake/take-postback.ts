import type { TokenOwner } from '../access/tokens.js'
import type { Refusal } from '../attribution/request.js'
import type { AdvertiserTerms } from '../attribution/terms.js'
import type { Clock } from '../kernel/clock.js'
import { type AdvertiserId, newId, type WorkspaceId } from '../kernel/ids.js'
import type { Ledger, PostbackAnswer, ReceiptDraft } from '../ledger/entries.js'
import { createAddressCheck } from './allow-address.js'
import { type HttpAnswer, toHttpAnswer, unauthenticatedAnswer } from './answer-postback.js'
import { blankSecrets, keepBody, keepUrl } from './blank-secrets.js'
import { clipText } from './clip-text.js'
import type { ByteString } from './decode-text.js'
import { findSent } from './find-sent.js'
import { type Parameters, parseParameters } from './parse-parameters.js'
import { createPostbackParser, maxTransactionIdBytes } from './parse-postback.js'
import type { CanonicalName, PresetTable } from './preset.js'
import { presetTable } from './presets/tables.js'
import { queryOf } from './query-of.js'
import { isRefusal, unreadable } from './refusal.js'
import { refuseReturn, withReturn } from './return-text.js'

export interface PostbackDeps {
  readonly ledger: Pick<Ledger, 'keepPostback' | 'keepRefusal'>
  /** Null for tokens that are unknown, revoked or expired. */
  readonly findToken: (token: string) => Promise<TokenOwner | null>
  readonly findAdvertiser: (workspaceId: WorkspaceId, advertiserId: AdvertiserId) => Promise<AdvertiserTerms>
  readonly clock: Clock
}

/** A request as it came over HTTP. */
export interface Arrived {
  readonly method: string
  /** Path and query. */
  readonly url: ByteString
  readonly contentType: string | undefined
  readonly authorization: string | undefined
  readonly body: Buffer | null
  readonly ip: string | null
  /** `Idempotency-Key`, or else `webhook-id`. */
  readonly idempotencyKey: string | null
}

/** Whose a request is, and by which token. */
export interface Sender {
  readonly owner: TokenOwner
  readonly advertiser: AdvertiserTerms
  readonly token: string
}

export interface PostbackIntake {
  /** Null where the request does not say, in one voice, whose it is. */
  findSender(tokens: readonly string[], authorization: string | undefined): Promise<Sender | null>
  /** What became of a postback whose sender is known. `parameters` null: there are none, for this reason. */
  take(sender: Sender, arrived: Arrived, parameters: Parameters | Refusal): Promise<PostbackAnswer>
}

/** More than any token of ours has; longer ones need not be looked up. */
const maxTokenLength = 128

const addressNotAllowed: Refusal = {
  code: 'ADDRESS_NOT_ALLOWED',
  message: "Requests from this address are not on the advertiser's list.",
  field: null,
  httpStatus: 403,
}

/** The way of one postback: whose is it, may it come from there, what does it say; then the ledger decides. */
export async function takePostback(intake: PostbackIntake, arrived: Arrived): Promise<HttpAnswer> {
  const parameters = parseParameters(queryOf(arrived.url), arrived.body, arrived.contentType)
  const sender = await intake.findSender(parameters.tokens, arrived.authorization)
  if (sender === null) return unauthenticatedAnswer
  parameters.refusal ??= refuseReturn(parameters)
  return withReturn(toHttpAnswer(await intake.take(sender, arrived, parameters)), parameters)
}

/** From the moment its sender is known, a request leaves a receipt, whatever is wrong with it. */
export function createPostbackIntake(deps: PostbackDeps): PostbackIntake {
  const parsePostback = createPostbackParser()
  const mayComeFrom = createAddressCheck()

  return {
    async findSender(tokens, authorization) {
      const token = theOneToken(tokens, authorization)
      const owner = token === null ? null : await deps.findToken(token)
      if (token === null || owner === null) return null
      return { owner, token, advertiser: await deps.findAdvertiser(owner.workspaceId, owner.advertiserId) }
    },

    take(sender, arrived, parameters) {
      const { advertiser, token } = sender
      const atMs = deps.clock()
      const preset = presetTable(advertiser.preset)
      const receipt = draftReceipt(arrived, parameters, preset, sender, atMs)
      const problem = mayComeFrom(advertiser, arrived.ip) ? badKey(arrived.idempotencyKey) : addressNotAllowed
      const request = problem ?? (isRefused(parameters) ? parameters : parsePostback(parameters, preset, atMs))
      if (!isRefusal(request)) return deps.ledger.keepPostback(receipt, request)
      // The field may be a name that the sender made up, with a secret in it.
      const field = request.field === null ? null : blankSecrets(request.field, token)
      return deps.ledger.keepRefusal(receipt, { ...request, field })
    },
  }
}

const isRefused = (parameters: Parameters | Refusal): parameters is Refusal => 'httpStatus' in parameters

/** The token, where all that were sent say the same. */
function theOneToken(sent: readonly string[], authorization: string | undefined): string | null {
  const bearer = authorization === undefined ? null : /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
  const token = bearer ?? sent[0]
  if (token === undefined || token.length > maxTokenLength) return null
  return sent.every((other) => other === token) ? token : null
}

const plainKey = /^[\x21-\x7e]{1,255}$/

const badKey = (key: string | null): Refusal | null =>
  key === null || plainKey.test(key)
    ? null
    : unreadable('INVALID_IDEMPOTENCY_KEY', 'A key is 1 to 255 plain characters, without spaces.', 'Idempotency-Key')

export function draftReceipt(
  arrived: Arrived,
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
  }
}
