/**
 * The script that runs on an advertiser's own pages. It keeps the id of the click that brought a visitor, on the page's own
 * site, and reports what they do there.
 *
 * It is sent to browsers as the text of `track`, so that function stands on nothing around it but its arguments, is
 * written in the ECMAScript of 2019, and has its comments on lines of their own: `script-text.ts` leaves those out.
 */
export interface Page {
  readonly document: {
    /** As `localStorage`. */
    cookie: string
    readonly referrer: string
  }
  readonly location: { readonly origin: string; readonly protocol: string; readonly search: string }
  readonly navigator: {
    readonly globalPrivacyControl?: boolean
    readonly sendBeacon?: (url: string, body: URLSearchParams) => boolean
  }
  /** To ask for it may throw, where a visitor lets pages keep nothing. */
  readonly localStorage: {
    getItem(key: string): string | null
    setItem(key: string, value: string): void
    removeItem(key: string): void
  }
  readonly fetch: (url: string, request: object) => Promise<{ json(): Promise<{ click?: string }> }>
  /** What the page wanted before the script was there, and then the script's own functions. */
  pulseback?: Calls | readonly Call[]
}

export interface ScriptTag {
  readonly src: string
  getAttribute(name: string): string | null
}

type Fields = Readonly<Record<string, unknown>>
export type Call = readonly [name: 'click' | 'conversion', fields: Fields]

export interface Calls {
  /** Whether it was handed to the browser: not where there is no click that could be credited. */
  conversion(fields: Fields): boolean
  /** The id of the click, null where none was kept. */
  click(fields: Fields): Promise<string | null>
  push(call: Call): void
}

export function track(page: Page, script: ScriptTag): void {
  const { document, location, navigator } = page
  if (page.pulseback && !Array.isArray(page.pulseback)) return
  const setting = (name: string) => script.getAttribute(`data-${name}`) || ''
  const base = script.src.replace(/track\.js.*/, '')
  const key = 'pulseback_click'
  const days = Number(setting('days')) || 30
  const refuses = navigator.globalPrivacyControl === true
  const clickText = /^clk_[0-9a-z]{26}$/
  const query = new URLSearchParams(location.search)
  const landed = query.get(setting('param') || 'click_id') || ''
  let known = ''
  let asking: Promise<string | null> | null = null

  const writeCookie = (value: string, seconds: number) => {
    const domain = setting('domain') && `;domain=${setting('domain')}`
    const secure = location.protocol === 'https:' ? ';secure' : ''
    try {
      document.cookie = `${key}=${value};path=/;max-age=${seconds};samesite=lax${secure}${domain}`
    } catch {}
  }
  const keep = (id: string) => {
    known = id
    if (refuses) return
    try {
      // Only a cookie is seen by all hosts of a domain.
      if (setting('domain')) throw 0
      page.localStorage.setItem(key, `${id} ${Date.now() + days * 864e5}`)
    } catch {
      writeCookie(id, days * 86400)
    }
  }
  const recall = () => {
    try {
      const [id = '', until] = (page.localStorage.getItem(key) || '').split(' ')
      if (Number(until) > Date.now()) return id
    } catch {}
    try {
      const found = /pulseback_click=(\w+)/.exec(document.cookie)
      if (found) return found[1] || ''
    } catch {}
    return ''
  }
  const forget = () => {
    try {
      page.localStorage.removeItem(key)
    } catch {}
    writeCookie('', 0)
  }

  const add = (body: URLSearchParams, fields: Fields) => {
    for (const name of Object.keys(fields)) {
      const value = fields[name]
      if (value !== undefined && value !== null) body.set(name, String(value))
    }
    return body
  }
  const send = (fields: Fields) => {
    const body = add(new URLSearchParams({ advertiser_id: setting('advertiser'), click_id: known }), fields)
    if (!body.get('click_id')) return false
    const url = `${base}pixel.gif`
    // biome-ignore lint/complexity/useOptionalChain: ECMAScript 2019 has none
    if (!navigator.sendBeacon || !navigator.sendBeacon(url, body)) {
      const request = { method: 'POST', body, keepalive: true, mode: 'no-cors', credentials: 'omit' }
      page.fetch(url, request).catch(() => {})
    }
    return true
  }

  const calls: Calls = {
    conversion(fields) {
      if (!asking) return send(fields)
      asking.then(() => send(fields))
      return true
    },
    click(fields) {
      if (clickText.test(landed)) return Promise.resolve(landed)
      const body = new URLSearchParams()
      query.forEach((value, name) => {
        if (/^(source|creative|keyword|placement|sub\d+|cost|test|ext|(g|fb|tt|ms)clk?id)$/.test(name))
          body.set(name, value)
      })
      const request = { method: 'POST', body: add(body, fields), keepalive: true, credentials: 'omit' }
      const asked = page
        .fetch(`${base}clicks`, request)
        .then((answer) => answer.json())
        .then(({ click }) => {
          if (click) keep(click)
          return click || null
        })
        .catch(() => null)
        .then((click) => {
          if (asking === asked) asking = null
          return click
        })
      asking = asked
      return asked
    },
    push: ([name, fields]) => void calls[name](fields),
  }

  if (refuses) forget()
  else known = recall()
  if (clickText.test(landed)) keep(landed)
  // Who comes from a page of the same site has not just clicked.
  else if (setting('link') && document.referrer.indexOf(`${location.origin}/`) !== 0)
    calls.click({ link: setting('link') })

  const early = page.pulseback
  page.pulseback = calls
  if (Array.isArray(early)) early.forEach(calls.push)
}
