import { conversionStatuses } from '../../kernel/vocabulary.js'
import type { ClickFilter, ConversionFilter } from '../../reporting/filters.input.js'
import type { AskedFilter } from '../../reporting/question.js'
import type { AskedParameters } from './parameters.js'
import {
  type FieldReaders,
  readBoolean,
  readDecimal,
  readFields,
  readSubFilter,
  readText,
  readTexts,
  readTime,
  readWords,
} from './read-values.js'

const conversionFields: FieldReaders<ConversionFilter> = {
  campaignIds: readTexts,
  advertiserIds: readTexts,
  affiliateIds: readTexts,
  linkIds: readTexts,
  clickIds: readTexts,
  events: readTexts,
  statuses: readWords(conversionStatuses),
  sources: readTexts,
  creatives: readTexts,
  keywords: readTexts,
  placements: readTexts,
  countries: readTexts,
  devices: readTexts,
  transactionId: readText,
  minRevenue: readDecimal,
  test: readBoolean,
  from: readTime,
  to: readTime,
}

const clickFields: FieldReaders<ClickFilter> = {
  campaignIds: readTexts,
  affiliateIds: readTexts,
  linkIds: readTexts,
  sources: readTexts,
  bot: readBoolean,
  from: readTime,
  to: readTime,
}

const performanceFields: FieldReaders<AskedFilter> = {
  campaignIds: readTexts,
  advertiserIds: readTexts,
  affiliateIds: readTexts,
  linkIds: readTexts,
  events: readTexts,
  statuses: readWords(conversionStatuses),
  sources: readTexts,
  creatives: readTexts,
  keywords: readTexts,
  placements: readTexts,
  countries: readTexts,
  regions: readTexts,
  languages: readTexts,
  devices: readTexts,
  operatingSystems: readTexts,
  browsers: readTexts,
}

const withSubs =
  <Filter extends { subs?: object | null }>(readers: FieldReaders<Filter>) =>
  (asked: AskedParameters) => ({ ...readFields(readers, asked), subs: readSubFilter(asked) })

export const readConversionFilter: (asked: AskedParameters) => ConversionFilter = withSubs(conversionFields)
export const readClickFilter: (asked: AskedParameters) => ClickFilter = withSubs(clickFields)
export const readPerformanceFilter: (asked: AskedParameters) => AskedFilter = withSubs(performanceFields)
