import type { ReportingContext } from '../reporting/context.js'
import type { Live } from './live.js'

/** What a subscription has beside an operation's context. */
export interface LiveContext extends ReportingContext {
  readonly live: Live
}
