import { parseParameters } from '../intake/parse-parameters.js'
import { createPostbackParser } from '../intake/parse-postback.js'
import { presetTable } from '../intake/preset.js'
import { isRefusal } from '../intake/refusal.js'
import { newId, type WorkspaceId } from '../kernel/ids.js'
import type { Ledger, ReceiptDraft } from '../ledger/entries.js'
import type { Journey } from './draw-journey.js'
import type { PlacedLink } from './place-offers.js'
import type { PlannedPostback } from './plan-postbacks.js'

/** Something that happens in the demo, once `run` is called. */
export interface DemoEvent {
  readonly atMs: number
  readonly run: () => Promise<unknown>
}

/** Tells a journey to the ledger, event by event; what its postbacks say is read as the intake reads real ones. */
export function createStage(workspaceId: WorkspaceId) {
  const parsePostback = createPostbackParser()

  function post(ledger: Ledger, link: PlacedLink, { parameters }: PlannedPostback, atMs: number): Promise<unknown> {
    const sent = link.campaign.advertiser.sends === 'json' ? asJson(parameters) : asQuery(parameters)
    const request = parsePostback(
      parseParameters(sent.query, sent.body === null ? null : Buffer.from(sent.body), sent.contentType),
      presetTable('canonical'),
      atMs,
    )
    const receipt: ReceiptDraft = {
      id: newId<'rcp'>(atMs),
      workspaceId,
      advertiserId: link.advertiserId,
      atMs,
      method: sent.method,
      url: sent.query === '' ? '/postback' : `/postback?${sent.query}`,
      body: sent.body,
      ip: link.campaign.advertiser.serverIp,
      transactionId: parameters.txid ?? null,
      clickId: parameters.click_id ?? null,
    }
    return isRefusal(request) ? ledger.keepRefusal(receipt, request) : ledger.keepPostback(receipt, request)
  }

  /** The events of a journey, in order; each waits for the one before, and comes to nothing where that one failed. */
  return function eventsOf(ledger: Ledger, { link, click, postbacks }: Journey): DemoEvent[] {
    let before: Promise<boolean> = Promise.resolve(false)
    return [
      {
        atMs: click.atMs,
        run() {
          const kept = ledger.keepClick(click)
          before = kept.then(
            (answer) => answer.kept,
            () => false,
          )
          return kept
        },
      },
      ...postbacks.map((postback) => {
        const atMs = Math.floor(click.atMs + postback.afterMs)
        return {
          atMs,
          run() {
            const posted = before.then((goesOn) => goesOn && post(ledger, link, postback, atMs).then(() => true))
            before = posted.catch(() => false)
            return posted
          },
        }
      }),
    ]
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
