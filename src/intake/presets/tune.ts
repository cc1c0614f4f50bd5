import { definePreset } from '../preset.js'

/**
 * TUNE (HasOffers) documentation: "Receiving Conversions via Postback URL", "Customizing a Conversion URL", "Passing
 * Values to a Partner Conversion URL", "Integrating with Another TUNE Platform". `transaction_id` is the click; an order
 * number travels in the advertiser's sub id. Its statuses are called as ours. Its `{datetime}` names no zone and is not
 * read.
 */
export const tune = definePreset({
  names: { click_id: ['transaction_id'], txid: ['adv_sub'], event: ['goal_id'], amount: ['amount', 'sale_amount'] },
  postbackParameters: 'transaction_id={aff_click_id}&adv_sub={adv_sub}&amount={sale_amount}',
})
