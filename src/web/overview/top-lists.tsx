import { useQuery } from '@apollo/client/react'
import { useEffect } from 'react'
import { useFormats } from '../figures/formats'
import { metrics } from '../figures/metrics'
import { type TopRowFragment, TopRowsDocument } from '../generated/overview/overview'
import { askAgain } from '../graph/ask-again'
import { describeError } from '../graph/describe-error'
import { useViewer } from '../graph/use-viewer'
import { Failure } from '../states/failure'
import classes from './top-lists.module.css'
import { useThrottled } from './use-throttled'

const rowsShown = 5
const readAgainMs = 2_000

const top = (dimension: 'CAMPAIGN' | 'SOURCE' | 'CREATIVE' | 'KEYWORD') =>
  ({
    range: 'TODAY',
    groupBy: [dimension],
    orderBy: { by: 'CONVERSIONS', descending: true },
    first: rowsShown,
  }) as const

const variables = {
  campaigns: top('CAMPAIGN'),
  sources: top('SOURCE'),
  creatives: top('CREATIVE'),
  keywords: top('KEYWORD'),
}

interface Row {
  readonly key: string
  readonly name: string
  readonly figures: TopRowFragment['metrics']
}

/** What brings most today. Read again when the books have moved, but not at every step. */
export function TopLists({ asOf }: { asOf: string | null }) {
  const { data, previousData, error, refetch } = useQuery(TopRowsDocument, { variables, fetchPolicy: 'no-cache' })
  const seen = useThrottled(asOf, readAgainMs)
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each new state of the books
  useEffect(() => askAgain(refetch), [refetch, seen])
  const lists = data ?? previousData
  if (lists === undefined && error !== undefined) {
    return <Failure title="The lists could not be read" text={describeError(error)} onRetry={() => askAgain(refetch)} />
  }
  const plain = (dimension: string, rows?: readonly TopRowFragment[]) =>
    rows?.map(({ rowKey, key, metrics }): Row => ({ key: rowKey, name: String(key[dimension]), figures: metrics }))
  return (
    <div className={classes.lists}>
      <TopList
        title="Campaigns"
        rows={lists?.campaigns.rows.map(({ rowKey, campaign, metrics }) => ({
          key: rowKey,
          name: campaign?.name ?? '',
          figures: metrics,
        }))}
      />
      <TopList title="Sources" rows={plain('SOURCE', lists?.sources.rows)} />
      <TopList title="Creatives" rows={plain('CREATIVE', lists?.creatives.rows)} />
      <TopList title="Keywords" rows={plain('KEYWORD', lists?.keywords.rows)} />
    </div>
  )
}

function TopList({ title, rows }: { title: string; rows: readonly Row[] | undefined }) {
  const { role } = useViewer()
  const formats = useFormats()
  const money = role === 'AFFILIATE' ? 'payout' : 'revenue'
  return (
    <section className={classes.list} aria-busy={rows === undefined}>
      <table className={classes.table}>
        <caption className={classes.caption}>
          <h2 className={classes.title}>{title}</h2>
        </caption>
        <thead>
          <tr>
            <th scope="col">Today’s top</th>
            <th scope="col">Clicks</th>
            <th scope="col">Conversions</th>
            <th scope="col">{metrics[money].name}</th>
          </tr>
        </thead>
        <tbody>
          {rows?.map(({ key, name, figures }) => (
            <tr key={key}>
              <th scope="row" title={name}>
                {name === '' ? <span className={classes.none}>not set</span> : name}
              </th>
              <td>{formats.count(figures.clicks)}</td>
              <td>{formats.count(figures.conversions)}</td>
              <td>{formats.figure('money', figures[money])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows?.length === 0 && <p className={classes.empty}>Nothing yet today.</p>}
    </section>
  )
}
