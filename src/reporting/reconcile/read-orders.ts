import type { Rows } from '../../database/rows.js'
import { CodedError } from '../../kernel/errors.js'
import type { AdvertiserId, WorkspaceId } from '../../kernel/ids.js'
import { ms } from '../../ledger/read-ledger.js'
import type { BookedOrder } from './compare-orders.js'

/** Whose orders: an advertiser's, of one workspace. */
export interface Owner {
  readonly workspaceId: WorkspaceId
  readonly advertiserId: AdvertiserId
}

const columns = `v.id, v.campaign_id as "campaignId", v.transaction_id as "transactionId", v.line, v.event,
  trim_scale(v.amount)::text as amount, v.currency, v.status, v.test, ${ms('v.occurred_at')} as "occurredAt"`

/** An order has a thousand conversions at most; a list of nothing but such orders would be without bounds. */
const maxOrders = 100_000

/** All that the books have of these transaction ids. `offset 0` keeps each look-up an index scan of its own. */
export async function readOrders(
  rows: Rows,
  { workspaceId, advertiserId }: Owner,
  transactionIds: readonly string[],
): Promise<BookedOrder[]> {
  const found = await rows<BookedOrder>(
    `select ${columns} from unnest($3::text[]) as w (transaction_id)
      cross join lateral (
        select * from conversion x
         where x.workspace_id = $1 and x.transaction_id = w.transaction_id and x.advertiser_id = $2 offset 0
      ) v limit ${maxOrders + 1}`,
    [workspaceId, advertiserId, transactionIds],
  )
  if (found.length > maxOrders) {
    throw new CodedError('TOO_COMPLEX', 'These orders have too many lines and events to compare at once.', 'orders')
  }
  return found
}

/** How many changes one statement goes through, and how many all of them may. */
const changesPerPage = 10_000
const maxChanges = 500_000
/** A postback may be about ten minutes from now; the rest is for nodes whose clocks differ. */
const aheadMs = 3_600_000

/**
 * What happened from `from` until before `to`, a page at a time. The books have no order by when things happened, but
 * what happened from some moment on was not booked before it: so this goes through the advertiser's own changes from
 * there to the head. Positions are in the order of booking, so the first of them is found by halving.
 */
export async function* readOrdersBetween(
  rows: Rows,
  { workspaceId, advertiserId }: Owner,
  from: Date,
  to: Date,
  pageSize = changesPerPage,
): AsyncGenerator<BookedOrder[]> {
  const [start] = await rows<{ position: string }>(
    `with recursive halving (low, high) as (
       select 0::bigint, h.position from workspace_head h where h.workspace_id = $1
       union all
       select case when is_before then middle else low end, case when is_before then high else middle - 1 end
         from halving
        cross join lateral (select (low + high + 1) / 2) as m (middle)
        cross join lateral (
          select c.at < $2 from conversion_change c where c.workspace_id = $1 and c.position = middle
        ) as b (is_before)
        where low < high
     ) select low as position from halving where low = high`,
    [workspaceId, new Date(from.getTime() - aheadMs)],
  )
  let after: string | null = start?.position ?? null
  for (let changes = 0; after !== null; changes += pageSize) {
    if (changes >= maxChanges) {
      throw new CodedError(
        'TOO_COMPLEX',
        `More than ${maxChanges} changes were booked since: take a later from.`,
        'from',
      )
    }
    const page: (BookedOrder & { last: string | null; isIn: boolean })[] = await rows(
      `with page as materialized (
         select c.position, c.kind, c.conversion_id from conversion_change c
          where c.workspace_id = $1 and c.advertiser_id = $2 and c.position > $3
          order by c.position limit ${pageSize}
       ), whole as (
         select case when count(*) = ${pageSize} then max(position) end as last from page
       )
       select whole.last, v.id is not null as "isIn", v.* from whole left join lateral (
         select ${columns}, c.position from page c
          cross join lateral (
            select * from conversion x where x.workspace_id = $1 and x.id = c.conversion_id offset 0
          ) v
          where c.kind = 'CREATED' and v.occurred_at >= $4 and v.occurred_at < $5
       ) v on true order by v.position`,
      [workspaceId, advertiserId, after, from, to],
    )
    after = page[0]?.last ?? null
    yield page.filter(({ isIn }) => isIn)
  }
}
