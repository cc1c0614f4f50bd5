import { useMediaQuery } from '@mantine/hooks'
import { useState } from 'react'
import { Choice } from '../controls/choice'
import { isVisible, metrics } from '../figures/metrics'
import { useViewer } from '../graph/use-viewer'
import classes from './builder.module.css'
import { allDimensions, dimensions, isOffered, maxDimensions } from './dimensions'
import { FilterBar } from './filter-bar'
import { metricNames } from './metric-words'
import { OrderedChoice } from './ordered-choice'
import { Panel } from './panel'
import type { Period } from './periods'
import { RangeChoice } from './range-choice'
import { intervals, type Report } from './report'
import { sayReport } from './say-report'
import type { Change } from './use-address'
import { BasisField, ZoneField } from './zone-and-basis'

const wide = '(min-width: 60em)'

interface BuilderProps {
  readonly report: Report
  readonly period: Period | null
  readonly change: Change
}

/** The question, part by part. On a narrow screen it folds to one line that says it. */
export function Builder(props: BuilderProps) {
  const isWide = useMediaQuery(wide, true, { getInitialValueInEffect: false })
  const [isOpen, setOpen] = useState(isWide)
  return (
    <details className={classes.builder} open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className={classes.summary}>Question{!isOpen && `: ${sayReport(props.report)}`}</summary>
      {isOpen && <Parts {...props} />}
    </details>
  )
}

function Parts({ report, period, change }: BuilderProps) {
  const { role, workspace } = useViewer()
  const zone = report.timeZone ?? workspace.timeZone
  const { interval, groupBy, columns } = report
  return (
    <div className={classes.parts}>
      <div className={classes.part}>
        <span className={classes.what}>Range</span>
        <RangeChoice range={report.range} period={period} timeZone={zone} change={change} />
      </div>
      <div className={classes.part}>
        <span className={classes.what}>Interval</span>
        <Choice
          label="Interval"
          options={intervals}
          value={interval ?? 'NONE'}
          onChange={(value) => change({ interval: value === 'NONE' ? null : value })}
        />
      </div>
      <div className={classes.row}>
        <Panel name="By" says={groupBy.map((dimension) => dimensions[dimension].name).join(', ') || 'nothing'}>
          {() => (
            <OrderedChoice
              options={allDimensions
                .filter((dimension) => isOffered(dimension, role))
                .map((value) => ({ value, name: dimensions[value].name }))}
              chosen={groupBy}
              most={maxDimensions}
              onChange={(chosen) => change({ groupBy: chosen })}
            />
          )}
        </Panel>
        <FilterBar report={report} zone={zone} change={change} />
        <Panel name="Columns" says={columns.length}>
          {() => (
            <OrderedChoice
              options={metricNames
                .filter((metric) => isVisible(metric, role))
                .map((value) => ({ value, name: metrics[value].name }))}
              chosen={columns}
              onChange={(chosen) => chosen.length > 0 && change({ columns: chosen })}
            />
          )}
        </Panel>
      </div>
      <div className={classes.row}>
        <ZoneField timeZone={report.timeZone} usual={workspace.timeZone} change={change} />
        <BasisField basis={report.basis} change={change} />
        <div className={classes.switches}>
          <label className={classes.tick}>
            <input
              type="checkbox"
              checked={report.compare}
              onChange={({ target }) => change({ compare: target.checked })}
            />
            Compare with the period before
          </label>
          <label className={classes.tick}>
            <input type="checkbox" checked={report.test} onChange={({ target }) => change({ test: target.checked })} />
            Test traffic instead of real
          </label>
        </div>
      </div>
    </div>
  )
}
