/** Where the demo's visitors live. */
export interface DemoCountry {
  readonly code: string
  readonly utcOffsetHours: number
  readonly languages: readonly string[]
  readonly regions: readonly string[]
  /** How readily its people buy, and for how much, against the average. */
  readonly wealth: number
  /** How much commoner Apple's devices are than on average. */
  readonly apple: number
  readonly share: Readonly<Record<Audience, number>>
}

export type Audience = 'world' | 'english' | 'german' | 'young'

function country(
  code: string,
  utcOffsetHours: number,
  languages: string,
  regions: string,
  [wealth, apple]: readonly [number, number],
  [world, english, german, young]: readonly [number, number, number, number],
): DemoCountry {
  const share = { world, english, german, young }
  return { code, utcOffsetHours, languages: languages.split(' '), regions: regions.split(' '), wealth, apple, share }
}

/** Wealth and apples; then the shares of the audiences world, english, german, young. */
export const countries: readonly DemoCountry[] = [
  country('US', -6, 'en-US en-US en-US es-US', 'CA NY TX FL WA IL', [1.15, 1.5], [24, 52, 1, 18]),
  country('DE', 1, 'de-DE de-DE de-DE en-US', 'BE BY HH NW HE', [1.1, 0.8], [14, 1, 74, 12]),
  country('GB', 0, 'en-GB', 'ENG SCT WLS', [1.05, 1.3], [11, 27, 1, 9]),
  country('FR', 1, 'fr-FR', 'IDF ARA PAC', [0.95, 0.9], [9, 0, 1, 10]),
  country('JP', 9, 'ja-JP', '13 27 14', [0.95, 1.8], [8, 0, 0, 9]),
  country('BR', -3, 'pt-BR', 'SP RJ MG', [0.6, 0.4], [9, 0, 0, 18]),
  country('IN', 5.5, 'en-IN hi-IN', 'MH KA DL', [0.45, 0.2], [9, 6, 0, 13]),
  country('CA', -5, 'en-CA en-CA fr-CA', 'ON QC BC', [1.05, 1.3], [5, 10, 0, 4]),
  country('AT', 1, 'de-AT', '9 6 5', [1.05, 0.9], [2, 0, 13, 1]),
  country('CH', 1, 'de-CH fr-CH', 'ZH BE VD', [1.3, 1.4], [2, 0, 10, 1]),
  country('AU', 10, 'en-AU', 'NSW VIC QLD', [1.05, 1.2], [4, 5, 0, 3]),
  country('PL', 1, 'pl-PL', '14 12', [0.7, 0.6], [3, 0, 0, 2]),
]
