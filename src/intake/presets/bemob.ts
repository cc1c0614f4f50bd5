import { definePreset } from '../preset.js'

/**
 * BeMob documentation: "Postback settings of affiliate network", "of traffic source", "Postback Statuses", "Postbacks
 * for selected statuses". It has the stages New, Approved, Declined and Chargeback, and sends the words that its user
 * sets for them; these are the stages' names, the example's words and those of the networks that it names.
 */
export const bemob = definePreset({
  names: { click_id: ['cid'], amount: ['payout'] },
  statuses: {
    PENDING: ['new', 'lead', 'hold'],
    APPROVED: ['confirm', 'confirmed'],
    REJECTED: ['decline', 'declined', 'reject', 'trash'],
    REVERSED: ['charge', 'chargeback', 'refund'],
  },
  postbackParameters: 'cid={externalId}&payout={payout}&status={status}',
})
