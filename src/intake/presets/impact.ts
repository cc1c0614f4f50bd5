import { definePreset } from '../preset.js'

/**
 * impact.com developer documentation: "Submit a conversion", "Action & Conversion Data References" (a brand's own
 * server), "Event Notifications" (impact.com to its partner). Names are case-sensitive there too. In its notifications
 * `campaign_id` is the brand's program, so the credit without a click cannot be said in this preset.
 */
export const impact = definePreset({
  names: {
    click_id: ['ClickId'],
    txid: ['OrderId', 'Oid', 'action_id'],
    event: ['EventTypeCode', 'EventTypeId', 'ActionTrackerId'],
    amount: ['Amount'],
    currency: ['CurrencyCode', 'Currency'],
    status: ['Status'],
    timestamp: ['EventDate'],
  },
  foreign: ['affiliate_id', 'campaign_id'],
  nowWord: 'NOW',
  postbackParameters: 'ClickId={SubId1}&OrderId={ActionId}&Amount={Amount}&Currency={Currency}&Status={Status}',
})
