import type { TokenOwner } from '../access/tokens.js'
import type { Refusal } from '../attribution/request.js'
import type { AdvertiserTerms } from '../attribution/terms.js'
import type { Clock } from '../kernel/clock.js'
import { type AdvertiserId, newId, type WorkspaceId } from '../kernel/ids.js'
import type { Ledger, ReceiptDraft } from '../ledger/entries.js'
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
import { isRefusal } from './refusal.js'
import { refuseReturn, withReturn } from './return-text.js'

export interface PostbackDeps {
  readonly ledger: Pick<Ledger, 'keepPostback' | 'keepRefusal'>
  /** Null for tokens that are unknown, revoked or expired. */
  readonly findToken: (token: string) => Promise<TokenOwner | null>
  readonly findAdvertiser: (workspaceId: WorkspaceId, advertiserId: AdvertiserId) => Promise<AdvertiserTerms>
  readonly clock: Clock
}

/** A postback as it came over HTTP. */
export interface ArrivedPostback {
  readonly method: string
  /** Path and query. */
  readonly url: ByteString
  readonly contentType: string | undefined
  readonly authorization: string | undefined
  readonly body: Buffer | null
  readonly ip: string | null
}

/** More than any token of ours has; longer ones need not be looked up. */
const maxTokenLength = 128

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
  const parsePostback = createPostbackParser()
  const mayComeFrom = createAddressCheck()

  return async function takePostback(arrived) {
    const atMs = deps.clock()
    const parameters = parseParameters(queryOf(arrived.url), arrived.body, arrived.contentType)
    const token = theOneToken(parameters.tokens, arrived.authorization)
    const owner = token === null ? null : await deps.findToken(token)
    if (token === null || owner === null) return unauthenticatedAnswer

    const advertiser = await deps.findAdvertiser(owner.workspaceId, owner.advertiserId)
    const preset = presetTable(advertiser.preset)
    const receipt = draftReceipt(arrived, parameters, preset, token, owner, atMs)
    const request = mayComeFrom(advertiser, arrived.ip)
      ? (refuseReturn(parameters) ?? parsePostback(parameters, preset, atMs))
      : addressNotAllowed
    if (!isRefusal(request)) {
      return withReturn(toHttpAnswer(await deps.ledger.keepPostback(receipt, request)), parameters)
    }
    // The field may be a name that the sender made up, with a secret in it.
    const field = request.field === null ? null : blankSecrets(request.field, token)
    return toHttpAnswer(await deps.ledger.keepRefusal(receipt, { ...request, field }))
  }
}

/** The token, where all that were sent say the same. */
function theOneToken(sent: readonly string[], authorization: string | undefined): string | null {
  const bearer = authorization === undefined ? null : /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
  const token = bearer ?? sent[0]
  if (token === undefined || token.length > maxTokenLength) return null
  return sent.every((other) => other === token) ? token : null
}

function draftReceipt(
  arrived: ArrivedPostback,
  parameters: Parameters,
  preset: PresetTable,
  token: string,
  owner: TokenOwner,
  atMs: number,
): ReceiptDraft {
  const sent = (name: CanonicalName) => {
    const found = findSent(parameters, preset, name)
    // Both are indexed, and an index has no room for thousands of bytes.
    return found === null ? null : clipText(blankSecrets(found.text, token), maxTransactionIdBytes)
  }
  return {
    id: newId<'rcp'>(atMs),
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
