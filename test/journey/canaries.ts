/** A secret that was let go, and what it was. */
export interface Canary {
  readonly what: string
  readonly text: string
}

export interface Found {
  readonly what: string
  readonly where: string
  readonly around: string
}

/** Every form in which a text may have got somewhere: as it is, in base64 at each of its three places, in hex, as bytes. */
function formsOf(text: string): Buffer[] {
  const bytes = Buffer.from(text)
  const base64 = [0, 1, 2].flatMap((before) => {
    const coded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    // Without the characters that have bits of what stands beside it.
    const inner = coded.slice(before === 0 ? 0 : 4, Math.floor((before + bytes.length) / 3) * 4)
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const asNumbers = [...bytes].join(',')
  return [text, text.toUpperCase(), ...base64, bytes.toString('hex'), asNumbers].map((form) => Buffer.from(form))
}

/** Looks for canaries in texts and files, also where these have escapes in them that nobody needs. */
export function createSearch(canaries: () => readonly Canary[]) {
  const found: Found[] = []
  return {
    found,
    look(where: string, content: string | Buffer): void {
      const bytes = Buffer.from(content)
      const texts = [bytes, Buffer.from(undoEscapes(bytes.toString('latin1')), 'latin1')]
      for (const { what, text } of canaries()) {
        for (const form of formsOf(text)) {
          const hit = texts.find((one) => one.includes(form))
          if (hit === undefined) continue
          const at = hit.indexOf(form)
          found.push({ what, where, around: hit.toString('latin1', Math.max(0, at - 120), at + form.length + 40) })
        }
      }
    },
  }
}

const undoEscapes = (text: string): string =>
  text.replace(/%([\da-f]{2})|\\u00([\da-f]{2})/gi, (_, percent, json) =>
    String.fromCharCode(Number.parseInt(percent ?? json, 16)),
  )

export const percentEncoded = (text: string): string =>
  [...text].map((char) => `%${char.charCodeAt(0).toString(16)}`).join('')
export const jsonEscaped = (text: string): string =>
  [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
