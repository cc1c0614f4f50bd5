import { parseParameters } from '../intake/parse-parameters.js'
import { createPostbackParser } from '../intake/parse-postback.js'
import { presetTable } from '../intake/presets/tables.js'
import { isRefusal } from '../intake/refusal.js'
import { newId, type WorkspaceId } from '../kernel/ids.js'
import type { Ledger, ReceiptDraft } from '../ledger/entries.js'
import type { Journey } from './draw-journey.js'
import type { PlacedLink } from './place-offers.js'
import type { PlannedPostback } from './plan-postbacks.js'

/** Something that is to happen in the demo; `run` makes it happen, if need be at another time than was planned. */
export interface DemoEvent {
  readonly atMs: number
  readonly run: (ledger: Ledger, atMs: number) => Promise<unknown>
}

/** Turns journeys into events; what their postbacks say is read as the intake reads real ones. */
export function createStage(workspaceId: WorkspaceId): (journey: Journey) => DemoEvent[] {
  const parsePostback = createPostbackParser()
  const preset = presetTable('canonical')

  function post(ledger: Ledger, link: PlacedLink, { parameters }: PlannedPostback, atMs: number): Promise<unknown> {
    const { advertiser } = link.campaign
    const { method, query, body, contentType } = advertiser.sends === 'json' ? asJson(parameters) : asQuery(parameters)
    const bytes = body === null ? null : Buffer.from(body)
    const request = parsePostback(parseParameters(query, bytes, contentType), preset, atMs)
    const receipt: ReceiptDraft = {
      id: newId<'rcp'>(atMs),
      idempotencyKey: null,
      workspaceId,
      advertiserId: link.advertiserId,
      atMs,
      method,
      url: query === '' ? '/postback' : `/postback?${query}`,
      body,
      ip: advertiser.serverIp,
      transactionId: parameters.txid ?? null,
      clickId: parameters.click_id ?? null,
    }
    return isRefusal(request) ? ledger.keepRefusal(receipt, request) : ledger.keepPostback(receipt, request)
  }

  /** In order; each waits for the one before, and comes to nothing where that one failed. */
  return ({ link, click, postbacks }) => {
    let before: Promise<boolean> = Promise.resolve(false)
    const visit: DemoEvent = {
      atMs: click.atMs,
      run(ledger) {
        const kept = ledger.keepClick(click)
        before = kept.then(
          (answer) => answer.kept,
          () => false,
        )
        return kept
      },
    }
    const reports = postbacks.map((postback) => ({
      atMs: Math.floor(click.atMs + postback.afterMs),
      run(ledger: Ledger, atMs: number) {
        const posted = before.then((goesOn) => goesOn && post(ledger, link, postback, atMs).then(() => true))
        before = posted.catch(() => false)
        return posted
      },
    }))
    return [visit, ...reports]
  }
}

interface Sent {
  readonly method: 'GET' | 'POST'
  readonly query: string
  readonly body: string | null
  readonly contentType: string | undefined
}

/** The token is blanked, as it is on every receipt. */
const asQuery = (parameters: Readonly<Record<string, string>>): Sent => ({
  method: 'GET',
  query: new URLSearchParams({ token: '***', ...parameters }).toString(),
  body: null,
  contentType: undefined,
})

/** Its token is in a header, which receipts do not keep. */
const asJson = (parameters: Readonly<Record<string, string>>): Sent => ({
  method: 'POST',
  query: '',
  body: JSON.stringify(parameters),
  contentType: 'application/json',
})
