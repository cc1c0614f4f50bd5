import type { Place } from './place'
import { nameOf, type Preset } from './preset-names'

/** What a snippet is about; with a link it begins with a test click, so that there is something to credit. */
export interface SnippetSubject {
  readonly place: Place
  readonly preset: Preset
  readonly advertiserId: string
  readonly linkId: string | null
}

const exampleClick = 'clk_…'

function clickLine({ place, linkId }: SnippetSubject): string {
  if (linkId === null) return `CLICK=${exampleClick} # the id that a visitor brought`
  return `CLICK=$(curl -s ${place.origin}/clicks -d link=${linkId} -d test=1 | grep -o 'clk_[0-9a-z]*')`
}

/** A JSON object in which `$CLICK` is what the shell makes of it. */
function orderJson({ preset }: SnippetSubject, order: string, rest: Readonly<Record<string, string>>): string {
  const values: Record<string, string> = { click_id: '$CLICK', txid: order, ...rest, test: '1' }
  const said = Object.entries(values).flatMap(([ours, value]) => {
    const name = nameOf(preset, ours)
    return name === null ? [] : [[name, value]]
  })
  return JSON.stringify(Object.fromEntries(said)).replace('$CLICK', `'$CLICK'`)
}

export const jsonSnippet = (subject: SnippetSubject): string =>
  [
    clickLine(subject),
    `curl -s ${subject.place.origin}/postback -H 'authorization: Bearer ${subject.place.token}' \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d '${orderJson(subject, 'ORDER-1001', { amount: '49.90' })}'`,
  ].join('\n')

export const batchSnippet = (subject: SnippetSubject): string =>
  [
    clickLine(subject),
    `printf '%s\\n' \\`,
    `  '${orderJson(subject, 'ORDER-1002', { amount: '49.90' })}' \\`,
    `  '${orderJson(subject, 'ORDER-1003', { amount: '12.00' })}' |`,
    `  curl -s ${subject.place.origin}/postback/batch -H 'authorization: Bearer ${subject.place.token}' \\`,
    `    -H 'content-type: application/x-ndjson' --data-binary @-`,
  ].join('\n')

/** `secret` is null where it is not known, as it is after it was shown once. */
export const signedSnippet = (subject: SnippetSubject, secret: string | null): string =>
  [
    clickLine(subject),
    `SECRET=${secret ?? 'whsec_…'}`,
    `BODY='${orderJson(subject, 'ORDER-1004', { amount: '49.90' })}'`,
    `ID=msg_$(openssl rand -hex 12) AT=$(date +%s)`,
    `KEY=$(printf %s "\${SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')`,
    `SIGNATURE=$(printf %s "$ID.$AT.$BODY" |`,
    `  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | openssl base64 -A)`,
    `curl -s '${subject.place.origin}/postback?advertiser_id=${subject.advertiserId}' -d "$BODY" \\`,
    `  -H 'content-type: application/json' -H "webhook-id: $ID" \\`,
    `  -H "webhook-timestamp: $AT" -H "webhook-signature: v1,$SIGNATURE"`,
  ].join('\n')

export const scriptSnippet = ({ place, advertiserId }: SnippetSubject): string =>
  [
    '<!-- on every page, from the one that visitors land on -->',
    `<script src="${place.origin}/track.js" data-advertiser="${advertiserId}" async></script>`,
    '',
    '<!-- where an order is complete -->',
    '<script>',
    `  (window.pulseback = window.pulseback || []).push(['conversion', {`,
    `    event: 'sale', txid: 'ORDER-1001', amount: 49.90`,
    '  }])',
    '</script>',
  ].join('\n')

export const pixelSnippet = ({ place, advertiserId }: SnippetSubject): string =>
  `<img src="${place.origin}/pixel.gif?advertiser_id=${advertiserId}&txid=ORDER-1001&amount=49.90" width="1" height="1" alt="">`
