import { definePreset } from '../preset.js'

/**
 * Affise help center: "Affise postback URL parameters", "Affiliate postback URL macros", "Conversion statuses". Its
 * affiliate postbacks have no macro for a click id of its own: what the click brought in `sub1` goes back. 4 was "not
 * found" once and is "hold" in another of its products, and so is not read. `{date}` names no zone and is not read.
 */
export const affise = definePreset({
  names: { click_id: ['clickid'], txid: ['action_id'], event: ['goal'], amount: ['sum'] },
  statuses: { PENDING: ['2', '5', 'hold'], APPROVED: ['1'], REJECTED: ['3', 'declined'] },
  postbackParameters: 'clickid={sub1}&action_id={transactionid}&sum={sum}&currency={currency}&status={status}',
})
