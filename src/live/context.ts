import type { ReportingContext } from '../reporting/context.js'
import type { SpoolContext } from '../spool/context.js'
import type { Live } from './live.js'

/** What a subscription has beside an operation's context. */
export interface LiveContext extends ReportingContext, SpoolContext {
  readonly live: Live
}
