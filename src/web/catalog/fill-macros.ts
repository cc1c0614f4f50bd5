/** What a click may tell the destination, in the order in which it is offered. */
export const macros = [
  'click_id',
  'campaign_id',
  'affiliate_id',
  'affiliate_ref',
  'link_id',
  'source',
  'creative',
  'keyword',
  'placement',
  'country',
  ...Array.from({ length: 10 }, (_, index) => `sub${index + 1}`),
] as const

export type MacroValues = Readonly<{ [name: string]: string | null | undefined }>

/** A piece of a filled destination: as it stands in the template, put in for a macro, or a macro that nobody knows. */
export interface Piece {
  readonly kind: 'given' | 'filled' | 'unknown'
  readonly text: string
}

const clickId = '{click_id}'
const behindHost = /^[^:]*:\/\/[^/?#\\]*/
const macro = /(\{[a-z_]+\d{0,2}\})/

/**
 * Where a click with these values is sent, as the server does it: macros count only behind the host, each is URL-encoded,
 * and `click_id=` is put into the query where the destination does not place it.
 */
export function fillMacros(destination: string, values: MacroValues): Piece[] {
  const [host = ''] = behindHost.exec(destination) ?? []
  const given = destination.slice(host.length)
  const path = given.includes(clickId) ? given : withClickId(given)
  const pieces = path.split(macro).map((text, index): Piece => {
    if (index % 2 === 0) return { kind: 'given', text: encodeForHeader(text) }
    const name = text.slice(1, -1)
    if (!macros.some((known) => known === name)) return { kind: 'unknown', text }
    return { kind: 'filled', text: encodeURIComponent(values[name] ?? '') }
  })
  return [{ kind: 'given', text: encodeForHeader(host) }, ...pieces]
}

function withClickId(path: string): string {
  const [beforeFragment = ''] = path.split('#', 1)
  const glue = !beforeFragment.includes('?') ? '?' : /[?&]$/.test(beforeFragment) ? '' : '&'
  return `${beforeFragment}${glue}click_id=${clickId}${path.slice(beforeFragment.length)}`
}

const encodeForHeader = (text: string): string =>
  text.toWellFormed().replace(/[^\x21-\x7e]+/g, (odd) => encodeURIComponent(odd))
