import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import type { Viewer } from '../graph/use-viewer'
import { settingsViews } from '../settings/views'
import type { IconName } from './icons'

export interface View {
  /** As wouter has it; what stands behind a colon is an argument. */
  readonly path: string
  readonly title: string
  /** Null: it is reached from another view and is not in the navigation. */
  readonly icon: IconName | null
  readonly roles: readonly Viewer['role'][]
  readonly Content: LazyExoticComponent<ComponentType>
}

const all = ['ADMIN', 'ANALYST', 'ADVERTISER', 'AFFILIATE'] as const
const staff = ['ADMIN', 'ANALYST'] as const
const admin = ['ADMIN'] as const

const affiliateForm = lazy(() => import('../catalog/affiliate-form'))
const advertiserForm = lazy(() => import('../catalog/advertiser-form'))
/** Who sees receipts. */
const notAffiliates = ['ADMIN', 'ANALYST', 'ADVERTISER'] as const

/** All views, in the order of the navigation. Each is loaded when it is opened first. */
export const views: readonly View[] = [
  { path: '/', title: 'Overview', icon: 'overview', roles: all, Content: lazy(() => import('../overview/overview')) },
  { path: '/live', title: 'Live', icon: 'live', roles: all, Content: lazy(() => import('../live/live')) },
  {
    path: '/reports',
    title: 'Reports',
    icon: 'reports',
    roles: all,
    Content: lazy(() => import('../reports/reports')),
  },
  {
    path: '/campaigns',
    title: 'Campaigns',
    icon: 'campaigns',
    roles: all,
    Content: lazy(() => import('../catalog/campaigns')),
  },
  {
    path: '/campaigns/new',
    title: 'New campaign',
    icon: null,
    roles: admin,
    Content: lazy(() => import('../catalog/campaign-new')),
  },
  {
    path: '/campaigns/:id',
    title: 'Campaign',
    icon: null,
    roles: all,
    Content: lazy(() => import('../catalog/campaign')),
  },
  {
    path: '/campaigns/:id/edit',
    title: 'Edit a campaign',
    icon: null,
    roles: admin,
    Content: lazy(() => import('../catalog/campaign-edit')),
  },
  { path: '/links', title: 'Links', icon: 'links', roles: all, Content: lazy(() => import('../catalog/links')) },
  {
    path: '/links/new',
    title: 'New link',
    icon: null,
    roles: ['ADMIN', 'AFFILIATE'],
    Content: lazy(() => import('../catalog/link-new')),
  },
  { path: '/links/:id', title: 'Link', icon: null, roles: all, Content: lazy(() => import('../catalog/link')) },
  {
    path: '/affiliates',
    title: 'Affiliates',
    icon: 'affiliates',
    roles: staff,
    Content: lazy(() => import('../catalog/affiliates')),
  },
  { path: '/affiliates/new', title: 'New affiliate', icon: null, roles: admin, Content: affiliateForm },
  {
    path: '/affiliates/:id',
    title: 'Affiliate',
    icon: null,
    roles: staff,
    Content: lazy(() => import('../catalog/affiliate')),
  },
  { path: '/affiliates/:id/edit', title: 'Edit an affiliate', icon: null, roles: admin, Content: affiliateForm },
  {
    path: '/advertisers',
    title: 'Advertisers',
    icon: 'advertisers',
    roles: staff,
    Content: lazy(() => import('../catalog/advertisers')),
  },
  { path: '/advertisers/new', title: 'New advertiser', icon: null, roles: admin, Content: advertiserForm },
  { path: '/advertisers/:id', title: 'Advertiser', icon: null, roles: admin, Content: advertiserForm },
  {
    path: '/integration',
    title: 'Integration',
    icon: 'integration',
    roles: notAffiliates,
    Content: lazy(() => import('../desk/integration')),
  },
  {
    path: '/parked',
    title: 'Parked',
    icon: 'parked',
    roles: notAffiliates,
    Content: lazy(() => import('../parked/parked')),
  },
  {
    path: '/explorer',
    title: 'Explorer',
    icon: 'explorer',
    roles: all,
    Content: lazy(() => import('../explorer/explorer')),
  },
  {
    path: '/settings',
    title: 'Settings',
    icon: 'settings',
    roles: all,
    Content: lazy(() => import('../settings/home')),
  },
  ...settingsViews.map((view) => ({ ...view, icon: null })),
  {
    path: '/system',
    title: 'System',
    icon: 'system',
    roles: ['ADMIN'],
    Content: lazy(() => import('../system/system')),
  },
]
