import type { AdvertiserFinder } from '../catalog/find-advertiser.js'
import type { Clock } from '../kernel/clock.js'
import { decodeId, encodeId } from '../kernel/ids.js'
import type { PostbackAnswer } from '../ledger/entries.js'
import type { ByteString } from './decode-text.js'
import { type Keeper, keepRequest } from './keep-request.js'
import { parseParameters } from './parse-parameters.js'
import { createPostbackParser } from './parse-postback.js'
import { presetTable } from './presets/tables.js'
import { queryOf } from './query-of.js'
import { invalid, isRefusal } from './refusal.js'
import { draftReceipt } from './take-postback.js'
import { readAsJson } from './visitor-body.js'

export interface PixelDeps {
  readonly ledger: Keeper
  readonly findAdvertiser: AdvertiserFinder
  readonly clock: Clock
}

/** A conversion as a visitor's browser reports it. */
export interface ArrivedPixel {
  readonly method: string
  /** Path and query. */
  readonly url: ByteString
  readonly contentType: string | undefined
  readonly body: Buffer | null
  /** The click that the visitor's cookie names. */
  readonly cookieClick: string | null
  /** The request's own name, and the ids of the receipts that are made for it: for the log. */
  readonly requestId: string
  readonly receipts: string[]
}

/**
 * The way of one conversion from a browser. It is read as a postback is, but in our own words whatever the advertiser's
 * preset, and neither the list of addresses nor anything else that is asked of a server is asked of a visitor; what
 * it can do in return is `attribution/decide-from-browser`. Null where it names no advertiser: then it leaves nothing.
 */
export function createPixelIntake({
  ledger,
  findAdvertiser,
  clock,
}: PixelDeps): (arrived: ArrivedPixel) => Promise<PostbackAnswer | null> {
  const parsePostback = createPostbackParser()
  const words = presetTable('canonical')

  return async function takePixel(arrived) {
    const atMs = clock()
    const { method, url, body, cookieClick, requestId, receipts } = arrived
    const contentType = readAsJson(arrived.contentType)
    const parameters = parseParameters(queryOf(url), body, contentType)
    const advertiserId = decodeId('adv', parameters.values.get('advertiser_id') ?? '')
    const owner = advertiserId === null ? null : await findAdvertiser(advertiserId)
    if (owner === null) return null

    if (cookieClick !== null && !parameters.values.has('click_id')) parameters.values.set('click_id', cookieClick)
    // Whose address it was matters to nobody who reads receipts.
    const asArrived = { method, url, body, ip: null, idempotencyKey: null, requestId }
    const receipt = draftReceipt(asArrived, parameters, words, { owner, token: '' }, atMs)
    receipts.push(encodeId('rcp', receipt.id))
    const read = parameters.refusal ?? (receipt.clickId === null ? noClick : parsePostback(parameters, words, atMs))
    return keepRequest(ledger, receipt, isRefusal(read) ? read : { ...read, via: 'browser' }, '')
  }
}

const noClick = invalid('CLICK_REQUIRED', 'Neither click_id nor a cookie says which click this came of.', 'click_id')
