import type { AffiliateStatus } from '../generated/catalog/affiliates'
import type { CampaignStatus } from '../generated/catalog/campaigns'
import classes from './status.module.css'

export const statusNames: Readonly<Record<CampaignStatus | AffiliateStatus, string>> = {
  ACTIVE: 'Active',
  PAUSED: 'Paused',
  ARCHIVED: 'Archived',
  BLOCKED: 'Blocked',
}

/** In a word; the mark before it is full where visitors are taken, and hollow where they are not. */
export const Status = ({ status }: { status: keyof typeof statusNames }) => (
  <span className={classes.status} data-status={status}>
    {statusNames[status]}
  </span>
)
