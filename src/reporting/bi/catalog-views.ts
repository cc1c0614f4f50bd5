import type { View } from '../../database/view-schema.js'
import { idColumns, linkTrafficColumns, ownWorkspace } from './columns.js'

const createdAt = (alias: string) => ({
  name: 'created_at',
  sql: `${alias}.created_at`,
  about: 'When it was made.',
})

const workspace: View = {
  name: 'workspace',
  about: 'The workspace of this reader: one row.',
  columns: [
    ...idColumns('workspace', 'wsp', 'w.id'),
    { name: 'name', sql: 'w.name', about: 'What it is called.' },
    { name: 'currency', sql: 'w.currency', about: 'ISO 4217; what all money is in but `amount`.' },
    { name: 'time_zone', sql: 'w.time_zone', about: 'IANA name; whose days `performance_by_day` has.' },
    { name: 'position', sql: 'h.position', about: 'Of the last line in `conversion_changes`.' },
    { name: 'booked_at', sql: 'h.booked_at', about: 'When the books were last written to.' },
  ],
  source: `from workspace w join workspace_head h on h.workspace_id = w.id where w.id = ${ownWorkspace}`,
}

const advertisers: View = {
  name: 'advertisers',
  about: 'Who sells: one row an advertiser.',
  columns: [
    ...idColumns('advertiser', 'adv', 'd.id'),
    { name: 'name', sql: 'd.name', about: 'What it is called.' },
    { name: 'preset', sql: 'd.preset', about: 'Which names its postbacks use for their parameters.' },
    createdAt('d'),
  ],
  source: `from advertiser d where d.workspace_id = ${ownWorkspace}`,
}

const affiliates: View = {
  name: 'affiliates',
  about: 'Who sends traffic and is paid for it: one row an affiliate.',
  columns: [
    ...idColumns('affiliate', 'aff', 'f.id'),
    { name: 'name', sql: 'f.name', about: 'What it is called.' },
    { name: 'ref', sql: 'f.ref', about: "The workspace's own name for it; unique." },
    { name: 'status', sql: 'f.status', about: 'ACTIVE, PAUSED or BLOCKED.' },
    createdAt('f'),
  ],
  source: `from affiliate f where f.workspace_id = ${ownWorkspace}`,
}

const campaigns: View = {
  name: 'campaigns',
  about: "Advertisers' offers: one row a campaign.",
  columns: [
    ...idColumns('campaign', 'cmp', 'g.id'),
    { name: 'name', sql: 'g.name', about: 'What it is called.' },
    { name: 'status', sql: 'g.status', about: 'ACTIVE, PAUSED or ARCHIVED.' },
    ...idColumns('advertiser', 'adv', 'g.advertiser_id'),
    { name: 'advertiser_name', sql: 'd.name', about: 'As it is called today.' },
    { name: 'destination_url', sql: 'g.destination_url', about: 'Where a click leads, with macros.' },
    {
      name: 'fallback_url',
      sql: 'g.fallback_url',
      about: 'Where a click leads while it is paused; null: to HTTP 410.',
    },
    {
      name: 'attribution_window_days',
      sql: 'g.attribution_window_days',
      about: 'How many days after its click an event still counts.',
    },
    {
      name: 'client_side',
      sql: 'g.client_side',
      about: 'Whether the pixel and the script, which carry no secret, may credit it.',
    },
    createdAt('g'),
  ],
  source: `from campaign g left join advertiser d on d.workspace_id = g.workspace_id and d.id = g.advertiser_id
    where g.workspace_id = ${ownWorkspace}`,
}

const links: View = {
  name: 'links',
  about: "Affiliates' tracking URLs to campaigns: one row a link. A link never changes.",
  columns: [
    ...idColumns('link', 'lnk', 'l.id'),
    ...idColumns('campaign', 'cmp', 'l.campaign_id'),
    { name: 'campaign_name', sql: 'g.name', about: 'As it is called today.' },
    ...idColumns('affiliate', 'aff', 'l.affiliate_id'),
    { name: 'affiliate_name', sql: 'f.name', about: 'As it is called today.' },
    ...linkTrafficColumns('l'),
    {
      name: 'destination_url',
      sql: 'l.destination_url',
      about: "Where its clicks lead instead of to the campaign's destination; null: to that.",
    },
    createdAt('l'),
  ],
  source: `from link l
    left join campaign g on g.workspace_id = l.workspace_id and g.id = l.campaign_id
    left join affiliate f on f.workspace_id = l.workspace_id and f.id = l.affiliate_id
    where l.workspace_id = ${ownWorkspace}`,
}

const price = (name: string, what: string) => [
  { name: `${name}_kind`, sql: `v.${name}_kind`, about: `How ${what} is found: FIXED, PERCENT or PASSED.` },
  {
    name: `${name}_value`,
    sql: `v.${name}_value`,
    about: "FIXED: money in the workspace's currency; PERCENT: of the sale amount; PASSED: null.",
  },
]

const goals: View = {
  name: 'goals',
  about: 'What campaigns pay for: one row a version. A goal is never changed, only followed by its next version.',
  columns: [
    ...idColumns('campaign', 'cmp', 'v.campaign_id'),
    { name: 'campaign_name', sql: 'g.name', about: 'As it is called today.' },
    { name: 'event', sql: 'v.event', about: '`sale`, `lead`, …' },
    {
      name: 'version',
      sql: 'v.number',
      about: "1, 2, 3…; a conversion's `goal_version` names the one that priced it.",
    },
    {
      name: 'is_current',
      sql: `v.active and not exists (select from goal_version n where n.workspace_id = v.workspace_id
              and n.campaign_id = v.campaign_id and n.event = v.event and n.number > v.number)`,
      about: 'Whether new conversions are priced by it.',
    },
    { name: 'is_active', sql: 'v.active', about: 'False: this version withdrew the goal.' },
    ...price('revenue', 'what the advertiser pays'),
    ...price('payout', 'what the affiliate earns'),
    { name: 'starts_as', sql: 'v.starts_as', about: 'The status of its new conversions: PENDING or APPROVED.' },
    {
      name: 'duplicates',
      sql: 'v.duplicates',
      about: 'What a further postback for a known order does: KEEP_FIRST, UPDATE or COUNT_EACH.',
    },
    { name: 'in_force_from', sql: 'v.in_force_from', about: 'From when postbacks were priced by it.' },
  ],
  source: `from goal_version v left join campaign g on g.workspace_id = v.workspace_id and g.id = v.campaign_id
    where v.workspace_id = ${ownWorkspace}`,
}

export const catalogViews: readonly View[] = [workspace, advertisers, affiliates, campaigns, links, goals]
