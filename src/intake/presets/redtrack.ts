import { definePreset } from '../preset.js'

/**
 * RedTrack knowledge base: "Conversion tracking: types, statuses, duplicates", "Dynamic parameters: clickid",
 * "Partnership portal". Its fourth status, Other, says that nothing is known, and is not read. `rdtk_event_id` is the
 * order's id, which it too tells duplicates by.
 */
export const redtrack = definePreset({
  names: { click_id: ['clickid'], txid: ['rdtk_event_id'], event: ['type'], amount: ['sum', 'payout'] },
  statuses: { REJECTED: ['declined'] },
  postbackParameters: 'clickid={ref_id}&sum={payout}',
})
