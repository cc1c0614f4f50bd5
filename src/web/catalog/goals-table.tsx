import { useFormats } from '../figures/formats'
import type { CampaignQuery, TermsFragment } from '../generated/catalog/campaigns'
import { useViewer } from '../graph/use-viewer'
import { describePrice, describeStart, duplicateNames } from './describe-terms'
import classes from './goals-table.module.css'

type Version = NonNullable<CampaignQuery['campaign']>['goalVersions'][number]

/** What a campaign pays for today, in words. */
export function GoalsTable({ goals, versions }: { goals: readonly TermsFragment[]; versions: readonly Version[] }) {
  const { role } = useViewer()
  const formats = useFormats()
  // The newest comes first.
  const inForce = (event: string) => versions.find(({ goal }) => goal.event === event)
  return (
    <ul className={classes.goals}>
      {goals.map(({ event, revenue, payout, startsAs, duplicates }) => {
        const version = inForce(event)
        return (
          <li key={event} className={classes.goal}>
            <strong className={classes.event}>{event}</strong>
            <dl className={classes.terms}>
              {revenue !== null && <Term name="Advertiser pays">{describePrice(revenue, formats)}</Term>}
              {payout !== null && (
                <Term name={role === 'AFFILIATE' ? 'You are paid' : 'Affiliate is paid'}>
                  {describePrice(payout, formats)}
                </Term>
              )}
              <Term name="A conversion starts">{describeStart(startsAs)}</Term>
              <Term name="A further postback">{duplicateNames[duplicates]}</Term>
              {version !== undefined && (
                <Term name="In force">
                  Version {version.number}, since {formats.dayAndTime(version.inForceFrom)}
                </Term>
              )}
            </dl>
          </li>
        )
      })}
    </ul>
  )
}

const Term = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

/** What it paid for before. Conversions keep the terms that they came under. */
export function GoalHistory({ versions }: { versions: readonly Version[] }) {
  const formats = useFormats()
  const events = new Set<string>()
  const before = versions.filter(({ goal, withdrawn }) => {
    const isNewest = !events.has(goal.event)
    events.add(goal.event)
    return !isNewest || withdrawn
  })
  if (before.length === 0) return null
  return (
    <details className={classes.history}>
      <summary>Earlier terms ({formats.count(before.length)})</summary>
      <p className={classes.note}>A conversion keeps the terms that were in force when its postback arrived.</p>
      <ul>
        {before.map(({ number, inForceFrom, withdrawn, goal: { event, revenue, payout } }) => (
          <li key={`${event} ${number}`}>
            {formats.dayAndTime(inForceFrom)}: <strong>{event}</strong>, version {number}:{' '}
            {withdrawn || revenue === null || payout === null
              ? 'withdrawn'
              : `advertiser pays ${describePrice(revenue, formats)}, affiliate is paid ${describePrice(payout, formats)}`}
          </li>
        ))}
      </ul>
    </details>
  )
}
