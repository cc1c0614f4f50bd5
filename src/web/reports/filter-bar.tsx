import { useState } from 'react'
import { useViewer } from '../graph/use-viewer'
import classes from './builder.module.css'
import { allDimensions, type Dimension, dimensions, isOffered } from './dimensions'
import { Panel } from './panel'
import type { Report } from './report'
import { ValueName } from './show-value'
import type { Change } from './use-address'
import { ValuePicker } from './value-picker'

/** What the report is narrowed to: each filter says its values, opens to change them, and can be taken away. */
export function FilterBar({ report, zone, change }: { report: Report; zone: string; change: Change }) {
  const { filter } = report
  const set = (dimension: Dimension, values: readonly string[]) => {
    const { [dimension]: _, ...others } = filter
    change({ filter: values.length === 0 ? others : { ...others, [dimension]: values } })
  }
  return (
    <>
      {allDimensions.map((dimension) => {
        const values = filter[dimension]
        if (values === undefined) return null
        const { name } = dimensions[dimension]
        return (
          <span key={dimension} className={classes.filter}>
            <Panel name={name} says={<Values dimension={dimension} values={values} />}>
              {(close) => (
                <ValuePicker
                  {...{ dimension, report, zone }}
                  onPick={(picked) => {
                    close()
                    set(dimension, picked)
                  }}
                />
              )}
            </Panel>
            <button
              type="button"
              className={classes.away}
              aria-label={`Remove the filter by ${name.toLowerCase()}`}
              onClick={() => set(dimension, [])}
            >
              ×
            </button>
          </span>
        )
      })}
      <Panel name="Filter" says={Object.keys(filter).length === 0 ? 'none' : 'add'}>
        {(close) => <NewFilter {...{ report, zone, close, set }} />}
      </Panel>
    </>
  )
}

const namedValues = 2

function Values({ dimension, values }: { dimension: Dimension; values: readonly string[] }) {
  const more = values.length - namedValues
  return (
    <>
      {values.slice(0, namedValues).map((value, index) => (
        <span key={value}>
          {index > 0 && ', '}
          <ValueName dimension={dimension} value={value} />
        </span>
      ))}
      {more > 0 && ` and ${more} more`}
    </>
  )
}

function NewFilter({
  report,
  zone,
  close,
  set,
}: {
  report: Report
  zone: string
  close: () => void
  set: (dimension: Dimension, values: readonly string[]) => void
}) {
  const { role } = useViewer()
  const [dimension, setDimension] = useState<Dimension | null>(null)
  if (dimension !== null) {
    return (
      <ValuePicker
        {...{ dimension, report, zone }}
        onPick={(values) => {
          close()
          set(dimension, values)
        }}
      />
    )
  }
  return (
    <ul className={classes.ways} aria-label="Filter by">
      {allDimensions
        .filter((one) => isOffered(one, role) && report.filter[one] === undefined)
        .map((one) => (
          <li key={one}>
            <button type="button" className={classes.way} onClick={() => setDimension(one)}>
              {dimensions[one].name}
            </button>
          </li>
        ))}
    </ul>
  )
}
