import { encodeId } from '../kernel/ids.js'
import { subNames } from '../kernel/vocabulary.js'
import type { ClickDraft } from '../ledger/entries.js'

/** What a destination may be told of a click. */
export type DestinationClick = Pick<
  ClickDraft,
  'id' | 'campaignId' | 'affiliateId' | 'linkId' | 'source' | 'creative' | 'keyword' | 'placement' | 'subs' | 'country'
> & { readonly affiliateRef: string }

const clickIdMacro = '{click_id}'
const macro = /\{([a-z_]+\d{0,2})\}/g

/**
 * Where a visitor is sent: the destination with its macros filled in, each URL-encoded, and with `click_id=` in its
 * query where it does not place the click id itself. Macros count only behind the host, so that no parameter of a
 * visitor's request can choose where the visit goes.
 */
export function fillDestination(destination: string, click: DestinationClick): string {
  const path = pathStart(destination)
  const filled = destination.slice(path).replace(macro, (unknown, name: string) => {
    const value = macroValue(name, click)
    return value === null ? unknown : encodeURIComponent(value)
  })
  const whole = destination.slice(0, path) + filled
  return forHeader(destination.includes(clickIdMacro, path) ? whole : withClickId(whole, encodeId('clk', click.id)))
}

/** Percent-encodes what may not stand in a header: line breaks and other controls, spaces, and all but ASCII. */
export function forHeader(url: string): string {
  return /[^\x21-\x7e]/.test(url) ? url.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent) : url
}

function macroValue(name: string, click: DestinationClick): string | null {
  switch (name) {
    case 'click_id':
      return encodeId('clk', click.id)
    case 'campaign_id':
      return encodeId('cmp', click.campaignId)
    case 'affiliate_id':
      return encodeId('aff', click.affiliateId)
    case 'affiliate_ref':
      return click.affiliateRef
    case 'link_id':
      return encodeId('lnk', click.linkId)
    case 'source':
    case 'creative':
    case 'keyword':
    case 'placement':
    case 'country':
      return click[name]
    default:
      return isSub(name) ? (click.subs[name] ?? '') : null
  }
}

const isSub = (name: string): boolean => (subNames as readonly string[]).includes(name)

/** The place behind scheme and host. */
function pathStart(url: string): number {
  const scheme = url.indexOf('://')
  if (scheme === -1) return 0
  for (let at = scheme + 3; at < url.length; at++) {
    const char = url[at]
    if (char === '/' || char === '?' || char === '#' || char === '\\') return at
  }
  return url.length
}

function withClickId(url: string, clickId: string): string {
  const fragment = url.indexOf('#')
  const end = fragment === -1 ? url.length : fragment
  const query = url.indexOf('?')
  const hasQuery = query !== -1 && query < end
  const last = url[end - 1]
  const glue = !hasQuery ? '?' : last === '?' || last === '&' ? '' : '&'
  return `${url.slice(0, end)}${glue}click_id=${clickId}${url.slice(end)}`
}
