import { definePreset } from '../preset.js'

/** Our own names. The macros stand for what the advertiser's own system fills in. */
export const canonical = definePreset({
  postbackParameters: 'click_id={click_id}&txid={order_id}&amount={amount}',
})
