import { badInput } from '../../kernel/errors.js'
import { dimensions } from '../../reporting/dimensions.js'
import {
  type AskedQuestion,
  intervals,
  performanceMetrics,
  relativeRanges,
  timeBases,
} from '../../reporting/question.js'
import type { AskedParameters } from './parameters.js'
import { readPerformanceFilter } from './read-filters.js'
import {
  type FieldReaders,
  readBoolean,
  readCount,
  readFields,
  readTime,
  readTimeZone,
  readWord,
  readWords,
} from './read-values.js'

const fields: FieldReaders<Omit<AskedQuestion, 'filter'>> = {
  from: readTime,
  to: readTime,
  range: readWord(relativeRanges),
  groupBy: readWords(dimensions),
  interval: readWord(intervals),
  fill: readBoolean,
  timeZone: readTimeZone,
  basis: readWord(timeBases),
  test: readBoolean,
  orderBy: readOrder,
  first: readCount,
}

/** A report's question, as the query's input would be. */
export const readPerformanceInput = (asked: AskedParameters): AskedQuestion => ({
  ...readFields(fields, asked),
  filter: readPerformanceFilter(asked),
})

/** `orderBy=REVENUE`, and beside it `descending=false`. */
function readOrder(asked: AskedParameters, name: string): AskedQuestion['orderBy'] {
  const by = readWord(performanceMetrics)(asked, name)
  const descending = readBoolean(asked, 'descending')
  if (by !== null) return { by, descending }
  if (descending !== null) throw badInput('descending goes with orderBy.', 'descending')
  return null
}
