import { definePreset } from '../preset.js'

/**
 * Binom documentation: "Postback URL", "Traffic source postback", "Payout tracking"; `clickid` is version 2's. A status
 * is any text there, passed on as the network wrote it, so these are the words that networks write, and the ready URL
 * leaves it out: a word that nobody expected would cost the conversion.
 */
export const binom = definePreset({
  names: { click_id: ['cnv_id', 'clickid'], amount: ['payout'], currency: ['cnv_currency'], status: ['cnv_status'] },
  statuses: {
    PENDING: ['hold', 'wait'],
    APPROVED: ['approve', 'confirm', 'confirmed'],
    REJECTED: ['reject', 'decline', 'declined', 'cancel', 'cancelled', 'canceled', 'trash'],
    REVERSED: ['refund', 'refunded', 'chargeback'],
  },
  postbackParameters: 'cnv_id={externalid}&payout={payout}&cnv_currency={cnv_currency}',
})
