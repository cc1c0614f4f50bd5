import { useState } from 'react'
import { asGraphql } from './as-graphql'
import type { Asked } from './ask-report'
import { DownloadPanel } from './download-panel'
import { GraphqlDialog } from './graphql-dialog'
import type { Report } from './report'
import classes from './reports.module.css'
import type { Change } from './use-address'

/** What can be done with a report, beside asking another one. */
export function Actions({
  report,
  asked,
  change,
  refresh,
}: {
  report: Report
  asked: Asked
  change: Change
  refresh: () => void
}) {
  const [isDialogOpen, setDialogOpen] = useState(false)
  return (
    <div className={classes.actions}>
      <label className={classes.live}>
        <input type="checkbox" checked={report.live} onChange={({ target }) => change({ live: target.checked })} />
        Live
      </label>
      <button type="button" className={classes.action} onClick={refresh}>
        Refresh
      </button>
      <DownloadPanel report={report} question={asked.table} />
      <button type="button" className={classes.action} onClick={() => setDialogOpen(true)}>
        As GraphQL
      </button>
      {isDialogOpen && (
        <GraphqlDialog text={asGraphql(asked.table, report.columns)} onClose={() => setDialogOpen(false)} />
      )}
    </div>
  )
}
