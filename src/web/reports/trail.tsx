import { useEffect, useRef } from 'react'
import { Link } from 'wouter'
import { useViewer } from '../graph/use-viewer'
import { dimensions } from './dimensions'
import { type Crumb, trailOf } from './drill'
import { periodOf } from './periods'
import type { Report } from './report'
import classes from './reports.module.css'
import { ValueName } from './show-value'
import type { AddressOf } from './use-address'
import { useZoneWords } from './zone-words'

/** What the table is by, by which ways one has come here, and back. The focus comes along, because what was clicked is not there any more. */
export function Trail({ report, addressOf }: { report: Report; addressOf: AddressOf }) {
  const { role } = useViewer()
  const heading = useRef<HTMLHeadingElement>(null)
  const here = useRef<HTMLSpanElement>(null)
  const steps = useRef(report.via.length)
  useEffect(() => {
    if (steps.current !== report.via.length) (here.current ?? heading.current)?.focus({ preventScroll: true })
    steps.current = report.via.length
  })
  const trail = trailOf(report, role)
  const by = report.groupBy.map((dimension) => dimensions[dimension].name.toLowerCase()).join(' and ')
  return (
    <div>
      <h2 ref={heading} tabIndex={-1} className={classes.title}>
        {by === '' ? 'All together' : `By ${by}`}
      </h2>
      {trail.length > 1 && (
        <nav aria-label="The way here">
          <ol className={classes.trail}>
            {trail.map((crumb) => (
              <li key={addressOf(crumb.report)}>
                {crumb !== trail.at(-1) ? (
                  <Link href={addressOf(crumb.report)}>
                    <CrumbName crumb={crumb} />
                  </Link>
                ) : (
                  <span ref={here} tabIndex={-1} aria-current="page" className={classes.here}>
                    <CrumbName crumb={crumb} />
                  </span>
                )}
              </li>
            ))}
          </ol>
        </nav>
      )}
    </div>
  )
}

function CrumbName({ crumb: { step, report } }: { crumb: Crumb }) {
  const { workspace } = useViewer()
  const zone = report.timeZone ?? workspace.timeZone
  const words = useZoneWords(zone)
  if (step === null) return 'All'
  if (step.into === 'BUCKET') return typeof report.range === 'string' ? '' : words.period(periodOf(report.range, zone))
  return (
    <>
      <span className={classes.quiet}>{dimensions[step.into].name}</span>{' '}
      <ValueName dimension={step.into} value={report.filter[step.into]?.[0] ?? ''} />
    </>
  )
}
