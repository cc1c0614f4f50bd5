import type { Rows } from '../database/rows.js'
import type { ReportingContext } from '../reporting/context.js'
import type { News } from './news.js'

/** What a subscription has beside an operation's context, whose own snapshot lasts for one event only. */
export interface LiveContext extends ReportingContext {
  readonly live: Live
}

export interface Live {
  readonly news: News
  /** Reads what is committed now. */
  readonly rows: Rows
}
