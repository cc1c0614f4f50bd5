import { createSignatureCheck, isTimely, type SignedMessage } from '../access/check-signature.js'
import type { Signer } from '../access/signing-keys.js'
import type { TokenOwner } from '../access/tokens.js'
import type { AdvertiserTerms } from '../attribution/terms.js'
import { type AdvertiserId, decodeId, type WorkspaceId } from '../kernel/ids.js'
import type { ByteString } from './decode-text.js'
import { type Parameters, parseParameters } from './parse-parameters.js'
import { queryOf } from './query-of.js'
import { unreadable } from './refusal.js'

/**
 * Who sends a postback: told by a token, proven by a signature, or both. Each way to fail is the same to the sender, and
 * what is told from a look-up is never told by how long the rest took: a signature is checked whoever is named by it.
 *
 * A signature covers the body and nothing else. So it counts on POST only, and of the query a signed request has no more
 * than who sends it; all else in there could have been put there by anyone.
 */
export interface SenderSources {
  /** Null for tokens that are unknown, revoked or expired. */
  readonly findToken: (token: string) => Promise<TokenOwner | null>
  /** Null for advertisers that are unknown or sign nothing. */
  readonly findSigner: (id: AdvertiserId) => Promise<Signer | null>
  readonly findAdvertiser: (workspaceId: WorkspaceId, advertiserId: AdvertiserId) => Promise<AdvertiserTerms>
}

export interface KnownSender {
  readonly owner: TokenOwner
  readonly advertiser: AdvertiserTerms
}

/** What a request says of its sender, whole in itself and not yet looked up. */
export interface Claim {
  readonly token: string | null
  /** The advertiser's id, where it is named. */
  readonly advertiserId: AdvertiserId | null
  readonly message: SignedMessage | null
}

export interface SentRequest {
  readonly method: string
  /** Path and query. */
  readonly url: ByteString
  readonly authorization: string | undefined
  readonly body: Buffer | null
  /** As Standard Webhooks names its headers. */
  readonly webhook: {
    readonly id: string | undefined
    readonly timestamp: string | undefined
    readonly signature: string | undefined
  }
}

/** More than any token of ours has; longer ones need not be looked up. */
const maxTokenLength = 128

/** Null where it is plain that nobody can be found by it. */
export function readClaim(request: SentRequest, sentTokens: readonly string[], atMs: number): Claim | null {
  const bearer = request.authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(request.authorization)?.[1]
  const tokens = bearer === undefined ? sentTokens : [bearer, ...sentTokens]
  const token = tokens[0] ?? null
  if (tokens.some((other) => other !== token) || (token?.length ?? 0) > maxTokenLength) return null

  const { id, timestamp, signature } = request.webhook
  if (signature === undefined) return token === null ? null : { token, advertiserId: null, message: null }
  const message = { id: id ?? '', timestamp: timestamp ?? '', signature, body: request.body }
  if (request.method !== 'POST' || !isTimely(message, atMs)) return null
  const { values, repeated } = parseParameters(queryOf(request.url))
  const named = values.get('advertiser_id')
  const advertiserId = named === undefined ? null : decodeId('adv', named)
  if (repeated.has('advertiser_id') || (named !== undefined && advertiserId === null)) return null
  return token === null && advertiserId === null ? null : { token, advertiserId, message }
}

export function createSenderFinder({ findToken, findSigner, findAdvertiser }: SenderSources) {
  const isSigned = createSignatureCheck()

  return async ({ token, advertiserId, message }: Claim): Promise<KnownSender | null> => {
    const byToken = token === null ? null : await findToken(token)
    let owner = byToken
    if (message !== null) {
      const signerId = advertiserId ?? byToken?.advertiserId
      const signer = signerId === undefined ? null : await findSigner(signerId)
      const isProven = isSigned(message, signer?.keys ?? [])
      if (!isProven || (token !== null && byToken?.advertiserId !== signer?.owner.advertiserId)) return null
      owner = signer?.owner ?? null
    }
    if (owner === null) return null
    const advertiser = await findAdvertiser(owner.workspaceId, owner.advertiserId)
    return advertiser.requireSignature && message === null ? null : { owner, advertiser }
  }
}

const unsignedNames: ReadonlySet<string> = new Set(['advertiser_id', 'token'])

/** What a signed request says, which is what its body says. */
export function signedParameters(url: ByteString, body: Buffer | null, contentType: string | undefined): Parameters {
  const parameters = parseParameters('', body, contentType)
  const query = parseParameters(queryOf(url))
  const unsigned = [...query.values.keys()].find((name) => !unsignedNames.has(name))
  const refusal =
    unsigned === undefined
      ? query.refusal
      : unreadable('UNSIGNED_PARAMETER', 'A signature covers the body: put into it what the request says.', unsigned)
  return { ...parameters, refusal: refusal ?? parameters.refusal }
}
