import type { Scope } from '../access/scope.js'
import { encodeId, type Id, type IdPrefix } from '../kernel/ids.js'
import { noLink } from '../ledger/facts-sql.js'
import type { Dimension } from './dimensions.js'
import { Metrics, type Sums } from './metrics.js'
import type { PerformanceRowType } from './performance.type.js'
import { type KeyName, keyName } from './performance-sql.js'
import type { Question } from './question.js'

/** As the database answers it; the keys are those of the question. */
export interface RowOfReport extends Sums, Readonly<Partial<Record<KeyName, string>>> {
  /** Unix milliseconds. */
  readonly bucket: string | null
}

/** A row of a report, each part of it made when it is asked for. */
export class ReportRow implements PerformanceRowType {
  readonly metrics: Metrics
  readonly #row: RowOfReport
  readonly #question: Question

  constructor(row: RowOfReport, question: Question, scope: Scope) {
    this.metrics = new Metrics(row, scope)
    this.#row = row
    this.#question = question
  }

  get rowKey(): string {
    return JSON.stringify([this.bucket, ...Object.values(this.key)])
  }
  get bucket(): number | null {
    const { bucket } = this.#row
    return this.#question.interval === null || bucket === null ? null : Number(bucket)
  }
  get key(): Partial<Record<Dimension, string>> {
    const key: Partial<Record<Dimension, string>> = {}
    for (const dimension of this.#question.groupBy) key[dimension] = this.#valueOf(dimension)
    return key
  }
  get campaignId() {
    return this.#idOf<'cmp'>('CAMPAIGN')
  }
  get advertiserId() {
    return this.#idOf<'adv'>('ADVERTISER')
  }
  get affiliateId() {
    return this.#idOf<'aff'>('AFFILIATE')
  }
  get linkId() {
    return this.#idOf<'lnk'>('LINK')
  }

  #valueOf(dimension: Dimension): string {
    const prefix = prefixes[dimension]
    if (prefix === undefined) return this.#row[keyName(dimension)] ?? ''
    const id = this.#idOf(dimension)
    return id === null ? '' : encodeId(prefix, id)
  }

  /** Null where the question is not by it, and for what came without a click. */
  #idOf<Prefix extends IdPrefix>(dimension: Dimension): Id<Prefix> | null {
    const id = this.#row[keyName(dimension)]
    return id === undefined || id === noLink ? null : (id as Id<Prefix>) // the database has it from us
  }
}

const prefixes: Partial<Record<Dimension, IdPrefix>> = {
  CAMPAIGN: 'cmp',
  ADVERTISER: 'adv',
  AFFILIATE: 'aff',
  LINK: 'lnk',
}
