import { encodeId, newId } from '../kernel/ids.js'
import type { Step } from './journeys.js'
import type { DemoCampaign } from './offers.js'
import { between, chance, integer, pick, type Random } from './random.js'

/** A postback that an advertiser's server is going to send. */
export interface PlannedPostback {
  /** Since the click. */
  readonly afterMs: number
  readonly parameters: Parameters
}

type Parameters = Readonly<Record<string, string>>

const mishapRate = 0.09

/** The postbacks that report a visitor's steps, and those that go wrong, as some do wherever servers talk. */
export function planPostbacks(
  random: Random,
  campaign: DemoCampaign,
  click: { readonly text: string; readonly atMs: number },
  steps: readonly Step[],
): PlannedPostback[] {
  const reported = new Set<string>()
  return steps.flatMap((step) => {
    const { afterMs } = step
    const order = `${step.event} ${step.order}`
    // Later news of an order names the order alone, as advertisers keep click ids for the first report only.
    const isKnown = step.order !== null && reported.has(order)
    reported.add(order)
    const parameters: Parameters = {
      ...(isKnown ? {} : { click_id: click.text }),
      ...(campaign.goals.length > 1 ? { event: step.event } : {}),
      ...(step.order === null ? {} : { txid: orderNumber(campaign, click.text, step.order) }),
      ...(step.amount === undefined ? {} : { amount: step.amount }),
      ...(step.status === undefined ? {} : { status: step.status.toLowerCase() }),
    }
    const planned = { afterMs, parameters }
    return chance(random, mishapRate) ? [planned, mishap(random, planned, click.atMs)] : [planned]
  })
}

/** Taken from the click's random end: it has to be the advertiser's only order of this number. */
const orderNumber = ({ advertiser }: DemoCampaign, clickText: string, order: number): string =>
  `${advertiser.orderPrefix}-${clickText.slice(-7).toUpperCase()}${order === 1 ? '' : `-${order}`}`

/** One more postback, soon after a right one, that has something wrong with it. */
function mishap(random: Random, { afterMs, parameters }: PlannedPostback, clickedAtMs: number): PlannedPostback {
  const { click_id, txid, amount, ...rest } = parameters
  const other = `X-${integer(random, 100_000, 999_999)}`
  const unknownClick = () => encodeId('clk', newId<'clk'>(clickedAtMs))
  const wrong: readonly (() => Parameters)[] = [
    // Sent again, as senders do that did not wait for the answer.
    () => parameters,
    () => parameters,
    () => parameters,
    // A click that was never ours, or a placeholder that nobody filled in.
    () => ({ click_id: unknownClick(), ...rest, txid: other, ...(amount === undefined ? {} : { amount }) }),
    () => ({ click_id: '{click_id}', ...rest, txid: other }),
    // The decimal comma.
    () => ({ ...parameters, amount: (amount ?? '19.90').replace('.', ',') }),
    // A goal that the campaign does not have.
    () => ({ ...parameters, event: 'signup' }),
    // Another amount for the same order.
    () => (amount === undefined ? parameters : { ...parameters, amount: (Number(amount) + 5).toFixed(2) }),
    // Nothing that says what it is about.
    () => ({ ...rest, amount: amount ?? '19.90' }),
  ]
  return { afterMs: afterMs + between(random, 2_000, 240_000), parameters: pick(random, wrong)() }
}
