/** All that a test sends comes from one address, at one moment: limits would stop it, and its clicks would be a burst. */
export const withoutLimits = {
  POSTBACK_RATE: '0',
  POSTBACK_ADDRESS_RATE: '0',
  BAD_TOKEN_RATE: '0',
  CLICK_RATE: '0',
  CLICK_BURST: '0',
}
