import type { IncomingHttpHeaders } from 'node:http'
import { type ClickId, encodeId } from '../kernel/ids.js'

/**
 * Brings a click back to the pixel, which stands on the advertiser's page and so is asked for by another site than ours:
 * hence SameSite=None, which browsers take together with Secure only. It has the click's id and nothing else, and is
 * neither set nor read for those who tell by Global Privacy Control that they want none of it.
 */
const name = 'pb_click'

const daySeconds = 86_400

export const writeClickCookie = (clickId: ClickId, windowDays: number): string =>
  `${name}=${encodeId('clk', clickId)}; Max-Age=${windowDays * daySeconds}; Path=/; Secure; HttpOnly; SameSite=None`

/** The click id in the cookie, if there is one in it. */
export function readClickCookie(headers: IncomingHttpHeaders): string | null {
  if (headers.cookie === undefined || isOptedOut(headers)) return null
  return clickCookie.exec(headers.cookie)?.[1] ?? null
}

const clickCookie = new RegExp(`(?:^|; ?)${name}=(clk_[0-9a-z]{26})(?:;|$)`)

/** Global Privacy Control: the visitor does not want to be followed from site to site. */
export const isOptedOut = (headers: IncomingHttpHeaders): boolean => headers['sec-gpc'] === '1'
