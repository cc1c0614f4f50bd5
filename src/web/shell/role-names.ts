import type { Viewer } from '../graph/use-viewer'

export const roleNames: Record<Viewer['role'], string> = {
  ADMIN: 'Admin',
  ANALYST: 'Analyst',
  ADVERTISER: 'Advertiser',
  AFFILIATE: 'Affiliate',
}
