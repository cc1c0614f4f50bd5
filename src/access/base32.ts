const digits = '0123456789abcdefghjkmnpqrstvwxyz'

/** Crockford's base32 in lower case, the alphabet of our ids: five bytes are eight characters. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += digits.charAt((held >>> bits) & 31)
    }
    held &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + digits.charAt((held << (5 - bits)) & 31)
}
