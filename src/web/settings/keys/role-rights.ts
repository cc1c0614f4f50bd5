import type { Viewer } from '../../graph/use-viewer'

/** What a key of that role lets one do. */
export const roleRights: Record<Viewer['role'], string> = {
  ADMIN: 'Sees and changes everything in this workspace, its keys too.',
  ANALYST: 'Sees everything, all money included, and changes nothing.',
  ADVERTISER: 'Sees one advertiser’s campaigns, conversions and receipts, and what they cost; no payouts.',
  AFFILIATE: 'Sees one affiliate’s clicks, conversions and payouts, and makes its links; no revenue.',
}
