import { useQuery } from '@apollo/client/react'
import type { ReactNode } from 'react'
import { useFormats } from '../../figures/formats'
import { ConversionDetailsDocument, type ConversionDetailsQuery } from '../../generated/live/details/details'
import { describeError } from '../../graph/describe-error'
import { Failure } from '../../states/failure'
import { Loading } from '../../states/loading'
import { ChangeMark } from '../feed/change-mark'
import classes from './details.module.css'
import { History } from './history'

export type DetailedConversion = NonNullable<ConversionDetailsQuery['conversion']>

/** A conversion as it stands now, how it came to that, and why. */
export function Details({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(ConversionDetailsDocument, { variables: { id }, fetchPolicy: 'no-cache' })
  if (data === undefined && error === undefined) return <Loading height="30rem" />
  if (data === undefined) {
    return <Failure title="It could not be read" text={describeError(error)} onRetry={() => void refetch()} />
  }
  if (data.conversion === null) return <p>It is no longer in the books: its visitor was erased.</p>
  const { conversion } = data
  return (
    <>
      <p className={classes.status}>
        <ChangeMark kind={null} status={conversion.status} /> now
        {conversion.test && ', a test: it stays out of figures'}
      </p>
      <Facts conversion={conversion} />
      <h3 className={classes.heading}>History</h3>
      <History changes={conversion.changes} />
      {conversion.receipt !== null && (
        <>
          <h3 className={classes.heading}>What its postback did</h3>
          {conversion.receipt.story.map((sentence) => (
            <p key={sentence} className={classes.story}>
              {sentence}
            </p>
          ))}
          <p className={classes.id}>
            Receipt <code>{conversion.receipt.id}</code>
          </p>
        </>
      )}
    </>
  )
}

/** What there is of it: what is hidden or was never said has no line. */
function Facts({ conversion }: { conversion: DetailedConversion }) {
  const { money, moneyIn, dayAndTime } = useFormats()
  const { campaign, affiliate, advertiser, amount, currency, saleAmount, rate, revenue, payout, click } = conversion
  const code = (id: string | undefined) => id !== undefined && <code>{id}</code>
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Campaign', campaign.name],
    ['Advertiser', advertiser.name],
    ['Affiliate', affiliate.name],
    ['Event', conversion.event],
    ['Order id', conversion.transactionId],
    ['Line', conversion.line],
    ['Amount', amount !== null && moneyIn(currency, amount)],
    ['Rate', rate !== null && rate !== '1' && rate],
    ['Sale amount', saleAmount !== null && money(saleAmount)],
    ['Revenue', revenue !== null && money(revenue)],
    ['Payout', payout !== null && money(payout)],
    ['Clicked', conversion.clickedAt !== null && dayAndTime(conversion.clickedAt)],
    ['Occurred', dayAndTime(conversion.occurredAt)],
    ['Received', dayAndTime(conversion.receivedAt)],
    ['Source', conversion.source],
    ['Creative', conversion.creative],
    ['Keyword', conversion.keyword],
    ['Placement', conversion.placement],
    ['Country', conversion.country],
    ['Device', conversion.device],
    ...Object.entries(click?.subs ?? {}).map(([name, value]) => [name, String(value)] as const),
    ['Link', code(conversion.link?.id)],
    ['Click', code(click?.id)],
    ['Conversion', code(conversion.id)],
  ]
  return (
    <dl className={classes.facts}>
      {facts.map(
        ([name, value]) =>
          value !== null &&
          value !== false &&
          value !== '' && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}
