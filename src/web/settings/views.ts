import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import type { Viewer } from '../graph/use-viewer'

interface SettingsView {
  readonly path: string
  readonly title: string
  readonly roles: readonly Viewer['role'][]
  readonly Content: LazyExoticComponent<ComponentType>
}

const all = ['ADMIN', 'ANALYST', 'ADVERTISER', 'AFFILIATE'] as const

/** What is under Settings, in the order of its own navigation. */
export const settingsViews: readonly SettingsView[] = [
  { path: '/settings/keys', title: 'Keys', roles: ['ADMIN'], Content: lazy(() => import('./keys/keys')) },
  {
    path: '/settings/workspace',
    title: 'Workspace',
    roles: all,
    Content: lazy(() => import('./workspace/workspace')),
  },
  {
    path: '/settings/currency-rates',
    title: 'Currency rates',
    roles: ['ADMIN', 'ANALYST'],
    Content: lazy(() => import('./rates/currency-rates')),
  },
  {
    path: '/settings/privacy',
    title: 'Privacy',
    roles: ['ADMIN'],
    Content: lazy(() => import('./privacy/privacy')),
  },
  {
    path: '/settings/session',
    title: 'This session',
    roles: all,
    Content: lazy(() => import('./this-session')),
  },
]
