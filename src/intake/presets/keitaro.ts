import { definePreset } from '../preset.js'

/**
 * Keitaro documentation: "Postback", "S2S postback placeholders"; `sub_id` is version 7's.
 *
 * `lead` and `sale` are statuses here and no goals: with Keitaro a lead *becomes* a sale or is rejected, under the same
 * `subid` and `tid`. Read as goals, the sale would be a second conversion and the lead would stay open for ever.
 * A rebill is a sale under a `tid` of its own, and so an order of its own.
 */
export const keitaro = definePreset({
  names: { click_id: ['subid', 'sub_id'], txid: ['tid'], amount: ['payout', 'revenue'] },
  statuses: { PENDING: ['lead', 'hold'], APPROVED: ['sale', 'rebill'], REJECTED: ['trash'] },
  postbackParameters: 'subid={external_id}&tid={tid}&payout={revenue}&status={status}',
})
