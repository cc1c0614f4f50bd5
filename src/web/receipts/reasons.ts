/** What a reason code means, and what whoever sends can do about it. */
export interface Advice {
  readonly says: string
  /** Null: nothing is wrong. */
  readonly fix: string | null
}

/** By reason code. The receipt itself says in its `reason` which value it was. */
const advice: Readonly<Record<string, Advice>> = {
  MISSING_PARAMETER: {
    says: 'Something is needed that was not sent.',
    fix: 'Send the click id that the visitor brought, or the order’s own id. Two parameters that go together must both be there.',
  },
  AMOUNT_REQUIRED: {
    says: 'This goal is priced by the amount, and none was sent.',
    fix: 'Add the amount of the sale. If the goal ought to pay the same each time, give it a FIXED price.',
  },
  TRANSACTION_REQUIRED: {
    says: 'Without a click, only an order id tells a retry from a second sale.',
    fix: 'Add your order id.',
  },
  REPEATED_PARAMETER: {
    says: 'A parameter came twice, or two that mean the same differ.',
    fix: 'Send it once. Check whether your system adds a parameter that is in the URL already.',
  },
  TOO_MANY_PARAMETERS: { says: 'There are over 100 parameters.', fix: 'Send only those that are needed.' },
  TOO_LONG: { says: 'A name or a value is longer than it may be.', fix: 'Shorten it, or leave it out.' },
  INVALID_ENCODING: {
    says: 'It is not valid UTF-8.',
    fix: 'Percent-encode the values of a URL, and write a body in UTF-8.',
  },
  INVALID_CHARACTER: {
    says: 'There is a control character in it, such as a line break.',
    fix: 'Strip control characters from the value before it is sent.',
  },
  UNSUPPORTED_CONTENT_TYPE: {
    says: 'The body is neither a form nor JSON.',
    fix: 'Set the header content-type to application/json, or to application/x-www-form-urlencoded.',
  },
  INVALID_JSON: {
    says: 'The body is not a JSON object, or a batch is not a list of them.',
    fix: 'Write the body with a JSON library, and not by hand: a quotation mark or a comma is usually missing.',
  },
  NESTED_VALUE: {
    says: 'A value is an object or a list.',
    fix: 'Send each value as a text or a number of its own.',
  },
  INVALID_CLICK_ID: {
    says: 'The click id is not one of ours.',
    fix: 'Send back, unchanged, what the landing page’s URL brought. A tracker’s own click id belongs elsewhere: check the macro.',
  },
  INVALID_CAMPAIGN_ID: {
    says: 'The campaign id is not one of ours.',
    fix: 'Copy it from the campaign: cmp_ and 26 characters.',
  },
  INVALID_AMOUNT: {
    says: 'The amount is not a decimal number.',
    fix: 'Write 1234.50: a point, no separators between thousands, no currency sign.',
  },
  INVALID_CURRENCY: {
    says: 'This is no currency.',
    fix: 'Send its code of three letters, such as EUR, or leave it out where it is the workspace’s.',
  },
  INVALID_STATUS: {
    says: 'This is no status that the preset knows.',
    fix: 'Send one of the words in the preset’s table. If they are another system’s words, choose its preset.',
  },
  INVALID_REFUND: {
    says: 'The refund is not a decimal number above zero.',
    fix: 'Write what is taken off as 12.50, without a sign.',
  },
  INVALID_TIMESTAMP: {
    says: 'The time cannot be read, or lies too far off.',
    fix: 'Send Unix seconds, or a date and time with its zone: 2026-06-04T12:00:00Z.',
  },
  INVALID_TEST: { says: 'test is neither 1 nor 0.', fix: 'Send test=1 for a test, and leave it out otherwise.' },
  INVALID_RETURN: {
    says: 'The text that is asked for as an answer is not allowed.',
    fix: 'Ask for at most 64 letters, digits, spaces and . _ - : = ,',
  },
  UNFILLED_MACRO: {
    says: 'A macro came as it is: the sender does not know it by this name.',
    fix: 'Look the macro’s name up in your system, or check that the right preset is chosen.',
  },
  AMBIGUOUS: {
    says: 'It fits more than one order or goal, or says two things at once.',
    fix: 'Add the event, and the line where an order has several. Send a refund by itself.',
  },
  OUTSIDE_WINDOW: {
    says: 'The click is older than the campaign’s attribution window.',
    fix: 'Nothing is wrong with the request. If such late sales ought to count, ask for a longer window.',
  },
  ORDER_TOO_LARGE: {
    says: 'The order has as many conversions or refunds as it may.',
    fix: 'Check whether one order id is sent for everything, such as a fixed text in place of the id.',
  },
  AMOUNT_TOO_LARGE: {
    says: 'The amount has more than 12 digits before the point.',
    fix: 'Check the amount’s unit, and that it is the amount and not an id.',
  },
  ADDRESS_NOT_ALLOWED: {
    says: 'It came from an address that is not on the advertiser’s list.',
    fix: 'Send from an address on the list, or have an admin add this one.',
  },
  TOO_MANY_ENTRIES: { says: 'The batch has over 1,000 entries.', fix: 'Send it in parts of 1,000.' },
  INVALID_IDEMPOTENCY_KEY: {
    says: 'The idempotency key is none.',
    fix: 'Send 1 to 255 plain characters without spaces, such as a UUID.',
  },
  CLICK_REQUIRED: {
    says: 'A browser sent it, and nothing says of which click it came.',
    fix: 'Put the script on the page that visitors land on too, or give the pixel a click_id.',
  },
  CLIENT_SIDE_OFF: {
    says: 'This campaign takes nothing from browsers.',
    fix: 'Send it from your server; or have an admin allow the script and the pixel for this campaign, at FIXED prices.',
  },
  CLICK_FULL: {
    says: 'This click has 20 conversions from browsers already.',
    fix: 'Send further ones from your server. If these were not 20 sales, the page reports too often.',
  },
  UNSIGNED_PARAMETER: {
    says: 'A parameter is in the URL, where the signature does not reach.',
    fix: 'Move everything but advertiser_id and token into the body.',
  },
  SECRET_SENT: {
    says: 'A key or token stands where an order’s id or the like belongs.',
    fix: 'Send it as token or in the authorization header only. If others have seen it, make a new one.',
  },
  NOT_STORABLE: {
    says: 'There is a value that the database cannot keep.',
    fix: 'Look for unusual characters in the values, and leave them out.',
  },
  CLICK_NOT_FOUND: {
    says: 'This advertiser has no such click, or not yet.',
    fix: 'Check that it is this advertiser’s token, and that the click id arrives whole and in its own letter case. It is matched by itself if the click appears.',
  },
  ORDER_NOT_FOUND: {
    says: 'This advertiser has no such order, or not yet.',
    fix: 'Send the click id with an order’s first postback. If it does come, this one is matched by itself.',
  },
  GOAL_NOT_FOUND: {
    says: 'The campaign has no goal of this name.',
    fix: 'Send a goal’s name as it is in the campaign, or have an admin add the goal: then it is matched by itself.',
  },
  CAMPAIGN_NOT_FOUND: {
    says: 'This advertiser has no such campaign.',
    fix: 'Copy the campaign’s id anew, and check that the token is its advertiser’s.',
  },
  AFFILIATE_NOT_FOUND: {
    says: 'There is no affiliate with this id or ref.',
    fix: 'Copy the affiliate’s id or ref anew. It is matched by itself if the affiliate appears.',
  },
  RATE_NOT_FOUND: {
    says: 'There is no rate from this currency for the day of the sale.',
    fix: 'Check the currency. If it is right, have an admin set or load its rate: then it is matched by itself.',
  },
  ALREADY_RECEIVED: {
    says: 'The same request came before, under the same key.',
    fix: null,
  },
  KEY_REUSED: {
    says: 'Another request came before under this key.',
    fix: 'Make a new key for each request, and keep it for that request’s retries only.',
  },
  CLICK_DIFFERS: {
    says: 'The order was credited to another click.',
    fix: 'Check whether two sales share one order id. The first click keeps the order.',
  },
  AFFILIATE_DIFFERS: {
    says: 'The order was credited to another affiliate.',
    fix: 'Check whether two sales share one order id. The first affiliate keeps the order.',
  },
  CURRENCY_DIFFERS: {
    says: 'The order is kept in another currency.',
    fix: 'Send all amounts of an order in the currency of its first.',
  },
  CLIENT_SIDE_CHANGE: {
    says: 'What a browser sends changes no order.',
    fix: 'Send changes and refunds from your server.',
  },
  OLDER_TIMESTAMP: {
    says: 'A later change of this order is in the books already.',
    fix: 'Nothing, if changes overtook each other. Otherwise check the clock of the sender.',
  },
  ILLEGAL_STATUS: {
    says: 'An order cannot go from its status to this one.',
    fix: 'Pending orders become approved or rejected, approved ones reversed. The way back is an admin’s.',
  },
  NOTHING_TO_REFUND: {
    says: 'The order has no amount, or was taken back already.',
    fix: 'Send the order’s amount first. Where it was taken back, nothing is left to do.',
  },
  REFUND_TOO_LARGE: {
    says: 'Less than that is left of the order.',
    fix: 'Refund what is left at most, and check that earlier refunds were meant.',
  },
  AMOUNT_KEPT: {
    says: 'The goal keeps an order’s first amount.',
    fix: 'If later amounts ought to count, have an admin set the goal’s policy to UPDATE.',
  },
  UNAUTHENTICATED: {
    says: 'Nobody can be told by this token or signature.',
    fix: 'Copy the URL anew: the token may be cut off or replaced. With a signature check the key, the clock and that the body is sent as it was signed. No receipt was left.',
  },
  RATE_LIMITED: {
    says: 'These were too many requests in a short time.',
    fix: 'Wait as long as retry-after says, and send several at once as a batch. No receipt was left.',
  },
  BODY_TOO_LARGE: { says: 'The body is too large.', fix: 'Send less at once. No receipt was left.' },
  METHOD_NOT_ALLOWED: { says: 'Postbacks come by GET or POST.', fix: 'Use one of them. No receipt was left.' },
  BROKEN_BODY: {
    says: 'The body did not arrive whole.',
    fix: 'Check the content-length that is sent, and send it again. No receipt was left.',
  },
  UNAVAILABLE: {
    says: 'The server could not keep it.',
    fix: 'Send the same again a little later: nothing is counted twice.',
  },
  INTERNAL: {
    says: 'The server failed at it.',
    fix: 'Send the same again a little later, and tell an admin if it goes on.',
  },
  NOT_PARKED: { says: 'It no longer waits: it was settled before.', fix: null },
}

/** Every code that is told of here. */
export const advisedCodes: readonly string[] = Object.keys(advice)

export const adviceFor = (code: string | null): Advice | null => (code === null ? null : (advice[code] ?? null))
