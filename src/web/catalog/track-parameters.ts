/** What a tracking link can carry: each overrides the link's own. */
export const trackParameters = [
  { name: 'source', about: 'Where the traffic comes from' },
  { name: 'creative', about: 'Which ad or text' },
  { name: 'keyword', about: 'Which search term' },
  { name: 'placement', about: 'Where on the page' },
  ...Array.from({ length: 10 }, (_, index) => ({ name: `sub${index + 1}`, about: 'Your own' })),
  { name: 'cost', about: 'What the click costs you' },
  { name: 'gclid', about: 'Google’s click id' },
  { name: 'fbclid', about: 'Meta’s click id' },
  { name: 'ttclid', about: 'TikTok’s click id' },
  { name: 'msclkid', about: 'Microsoft’s click id' },
  { name: 'ext', about: 'Another platform’s click id' },
] as const

export type TrackParameter = (typeof trackParameters)[number]['name']

/** A parameter put onto a link. */
export interface Placed {
  readonly name: string
  readonly value: string
}

/** The tracking URL with these parameters; those without a value are left out. */
export function placeParameters(url: string, placed: readonly Placed[]): string {
  const query = placed.filter(({ value }) => value !== '').map(({ name, value }) => `${name}=${encodeValue(value)}`)
  return query.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${query.join('&')}`
}

/** The marks by which ad platforms know their own macros, as in `{keyword}` and `{{ad.id}}`, stay as they are. */
const encodeValue = (value: string): string =>
  encodeURIComponent(value.toWellFormed()).replaceAll(/%(7B|7D|5B|5D)/g, (mark) => decodeURIComponent(mark))
