/** What one euro is worth in each currency, by day, as the European Central Bank publishes it. Rates are plain text. */
export type RateSheet = ReadonlyMap<string, DaysRates>

export type DaysRates = ReadonlyMap<string, string>

/** The currency that a sheet's rates are for one unit of. */
export const sheetBase = 'EUR'
