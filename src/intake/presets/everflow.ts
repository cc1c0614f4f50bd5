import { definePreset } from '../preset.js'

/**
 * Everflow help desk: "Accessing & Editing S2S Postback URLs", "Your Guide To Parameters & Macros"; its API's statuses
 * (approved, rejected, pending, invalid). `transaction_id` is the click. `amount` is the sale, never the payout.
 */
export const everflow = definePreset({
  names: {
    click_id: ['transaction_id'],
    txid: ['order_id'],
    event: ['adv_event_id', 'event_id'],
    amount: ['amount', 'sale_amount'],
  },
  statuses: { REJECTED: ['invalid'] },
  postbackParameters: 'transaction_id={sub1}&amount={sale_amount}',
})
