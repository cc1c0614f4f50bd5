import type { Connection } from '../../src/database/embedded/client.js'
import { encodeId, type Id } from '../../src/kernel/ids.js'
import type { Dimension } from '../../src/reporting/dimensions.js'
import { withClient } from './data-server.js'
import { zone as workspaceZone } from './make-catalog.js'
import type { Data } from './make-data.js'

/** One report, so that it can be asked of the product and of the raw rows alike. */
export interface ReportQuestion {
  readonly label: string
  readonly groupBy: readonly Dimension[]
  readonly isByDay: boolean
  readonly zone: string
  readonly from: Date
  readonly to: Date
  /** The most rows that are wanted. */
  readonly first: number
  /** Only what is of this record. */
  readonly only: { readonly column: 'campaign_id' | 'affiliate_id'; readonly id: string } | null
  /** Asked by the affiliate that it is about, who does not see revenue. */
  readonly byAffiliate: boolean
}

export interface ReportQuestions {
  /** 90 days × day × campaign. */
  readonly days: ReportQuestion
  /** 90 days by source, creative and keyword. */
  readonly traffic: ReportQuestion
  /** What else says something, without a goal of its own. */
  readonly more: readonly ReportQuestion[]
}

const otherZone = 'Asia/Kolkata'

export async function makeQuestions({ large, ids, nowMs }: Data): Promise<ReportQuestions> {
  const { connection } = large
  const lastDays = (days: number, zone = workspaceZone) => readDays(connection, nowMs, days, zone)
  const ninety = await lastDays(90)
  const thirty = await lastDays(30)
  const plain = { groupBy: [], isByDay: false, zone: workspaceZone, first: 1_000, only: null, byAffiliate: false }
  const [campaignId = '', affiliateId = ''] = [ids.campaigns[0], ids.affiliates[0]]
  const by = (...groupBy: Dimension[]): ReportQuestion => ({
    ...plain,
    ...ninety,
    groupBy,
    label: `90 days by ${groupBy.join(', ').toLowerCase()}`,
  })
  return {
    days: { ...by('CAMPAIGN'), isByDay: true, first: 2_000, label: '90 days × day × campaign' },
    traffic: by('SOURCE', 'CREATIVE', 'KEYWORD'),
    more: [
      {
        ...by('CAMPAIGN'),
        ...(await lastDays(30, otherZone)),
        isByDay: true,
        zone: otherZone,
        label: `30 days × day × campaign in ${otherZone}`,
      },
      by('COUNTRY'),
      by('SUB1'),
      { ...by('DEVICE'), only: { column: 'campaign_id', id: campaignId }, label: '90 days by device, of one campaign' },
      {
        ...plain,
        ...thirty,
        isByDay: true,
        only: { column: 'affiliate_id', id: affiliateId },
        byAffiliate: true,
        label: "30 days × day, an affiliate's own",
      },
    ],
  }
}

/** As GraphQL takes it; an affiliate sees its own without asking for it. */
export function inputOf({ from, to, groupBy, isByDay, zone, first, only }: ReportQuestion): object {
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    groupBy,
    first,
    ...(isByDay ? { interval: 'DAY' } : {}),
    ...(zone === workspaceZone ? {} : { timeZone: zone }),
    ...(only?.column === 'campaign_id' ? { filter: { campaignIds: [encodeId('cmp', only.id as Id<'cmp'>)] } } : {}),
  }
}

/** The last so many whole days in a zone, the one that `nowMs` is in included. */
async function readDays(connection: Connection, nowMs: number, days: number, zone: string) {
  const today = `date_trunc('day', to_timestamp($1 / 1000.0) at time zone $2)`
  const { rows } = await withClient(connection, (client) =>
    client.query<{ from: Date; to: Date }>(
      `select (${today} - $3::int * interval '1 day') at time zone $2 as "from",
              (${today} + interval '1 day') at time zone $2 as "to"`,
      [nowMs, zone, days - 1],
    ),
  )
  if (rows[0] === undefined) throw new Error('there are no days')
  return rows[0]
}
