/** Where an advertiser’s postbacks go, as its ready URL says. */
export interface Place {
  /** `https://track.example.com` */
  readonly origin: string
  /** A secret. */
  readonly token: string
}

export function placeOf(postbackUrl: string): Place {
  const url = new URL(postbackUrl)
  return { origin: url.origin, token: url.searchParams.get('token') ?? '' }
}

/** Not put together by URLSearchParams: macros stay as their sender knows them. */
export const readyUrl = ({ origin, token }: Place, parameters: string) =>
  `${origin}/postback?token=${token}&${parameters}`

/** The text with dots in place of the secret. */
export const masked = (text: string, secret: string): string =>
  secret === '' ? text : text.replaceAll(secret, '••••••••')
