import { definePreset } from '../preset.js'

/**
 * Voluum documentation: "Parameters in Postback URLs", "Custom Conversions", "Traffic Source Postback URL". It knows no
 * statuses, so ours are the only ones. Of its tokens only those are in the URL that its documentation is sure about.
 */
export const voluum = definePreset({
  names: { click_id: ['cid'], event: ['et'], amount: ['payout'] },
  postbackParameters: 'cid={externalid}&payout={payout}',
})
