import type { View, ViewColumn } from '../../database/view-schema.js'
import { idColumns, namesOf, ownWorkspace, partyColumns, trafficColumns } from './columns.js'

const isTest: ViewColumn = { name: 'test', sql: 'v.test', about: 'A test, which stays out of all figures.' }

/** Money as a conversion has it; `at` says as of when. */
const moneyColumns = (alias: string, at: string): ViewColumn[] => [
  {
    name: 'amount',
    sql: `${alias}.amount`,
    about: `As the postback said, in \`currency\`${at}; null where it said none.`,
  },
  { name: 'sale_amount', sql: `${alias}.sale_amount`, about: `The amount in the workspace's currency${at}.` },
  { name: 'revenue', sql: `${alias}.revenue`, about: `What the advertiser pays, in the workspace's currency${at}.` },
  { name: 'payout', sql: `${alias}.payout`, about: `What the affiliate earns, in the workspace's currency${at}.` },
]

const conversions: View = {
  name: 'conversions',
  about: 'Credited events, each as it stands now: one row a conversion.',
  columns: [
    ...idColumns('conversion', 'cnv', 'v.id'),
    { name: 'status', sql: 'v.status', about: 'PENDING, APPROVED, REJECTED or REVERSED.' },
    { name: 'event', sql: 'v.event', about: 'The goal that was reached: `sale`, `lead`, …' },
    isTest,
    { name: 'occurred_at', sql: 'v.occurred_at', about: 'When it happened, as the postback says. Indexed.' },
    { name: 'received_at', sql: 'v.received_at', about: 'When its postback arrived.' },
    {
      name: 'clicked_at',
      sql: 'v.clicked_at',
      about: 'When its visitor clicked; null where it was credited without a click.',
    },
    { name: 'changed_at', sql: 'v.changed_at', about: 'When its last change was booked.' },
    ...moneyColumns('v', ''),
    { name: 'currency', sql: 'v.currency', about: 'ISO 4217; what `amount` is in.' },
    { name: 'rate', sql: 'v.rate', about: "From `currency` to the workspace's currency." },
    ...partyColumns('v'),
    ...idColumns('link', 'lnk', 'v.link_id'),
    ...idColumns('click', 'clk', 'v.click_id'),
    ...idColumns('receipt', 'rcp', 'v.receipt_id'),
    { name: 'transaction_id', sql: 'v.transaction_id', about: "The advertiser's order id, the postback's `txid`." },
    { name: 'line', sql: 'v.line', about: 'The line of the order; empty where the postback named none.' },
    { name: 'goal_version', sql: 'v.goal_number', about: 'Which `version` in `goals` priced it.' },
    ...trafficColumns('v'),
  ],
  source: `from conversion v ${namesOf('v')} where v.workspace_id = ${ownWorkspace}`,
}

const after = ', after this change'
const delta = (name: string): ViewColumn => ({
  name: `${name}_delta`,
  sql: `c.${name}_delta`,
  about: `What this change added to the conversion's \`${name}\`, whatever its status; negative where it took away.`,
})

const conversionChanges: View = {
  name: 'conversion_changes',
  about:
    'The ledger: one row each time that a conversion came to be or changed. Rows are only ever added, and become visible ' +
    'in the order of `position` without a gap: whoever has all up to one has everything up to it.',
  columns: [
    {
      name: 'position',
      sql: 'c.position',
      about: '1, 2, 3… in the workspace. Indexed: pull what is behind your last, by a range.',
    },
    { name: 'kind', sql: 'c.kind', about: 'CREATED, UPDATED, APPROVED, REJECTED or REVERSED.' },
    { name: 'changed_at', sql: 'c.at', about: 'When it was booked. Indexed.' },
    ...idColumns('conversion', 'cnv', 'c.conversion_id'),
    { name: 'status', sql: 'c.status', about: 'Of the conversion after this change.' },
    { name: 'previous_status', sql: 'c.previous_status', about: "Before it; null for a conversion's first." },
    ...moneyColumns('c', after),
    delta('sale_amount'),
    delta('revenue'),
    delta('payout'),
    { name: 'currency', sql: 'v.currency', about: 'ISO 4217; what `amount` is in.' },
    { name: 'reason', sql: 'c.reason', about: 'Why, where somebody said so.' },
    { name: 'event', sql: 'v.event', about: "The conversion's goal." },
    { ...isTest, about: 'Whether the conversion is a test.' },
    { name: 'occurred_at', sql: 'v.occurred_at', about: 'When the conversion happened.' },
    ...partyColumns('c'),
    ...idColumns('receipt', 'rcp', 'c.receipt_id'),
  ],
  source: `from conversion_change c
    left join conversion v on v.workspace_id = c.workspace_id and v.id = c.conversion_id ${namesOf('c')}
    where c.workspace_id = ${ownWorkspace}`,
}

const clicks: View = {
  name: 'clicks',
  about: 'Visits through links: one row a click.',
  columns: [
    ...idColumns('click', 'clk', 'v.id'),
    { name: 'clicked_at', sql: 'v.at', about: 'When it happened. Indexed.' },
    { name: 'booked_at', sql: 'v.booked_at', about: 'When it was written into the books.' },
    isTest,
    { name: 'bot', sql: 'v.bot', about: 'Looks like a machine; counted apart.' },
    {
      name: 'first_visit',
      sql: 'v.first_visit',
      about: "The visitor's first through this link on this day (UTC): what `unique_clicks` counts.",
    },
    ...partyColumns('v'),
    ...idColumns('link', 'lnk', 'v.link_id'),
    ...trafficColumns('v'),
    { name: 'cost', sql: 'v.cost', about: "What the visit cost, in the workspace's currency." },
    { name: 'external_id', sql: 'v.external_id', about: "The ad platform's own click id." },
    {
      name: 'external_kind',
      sql: 'v.external_kind',
      about: 'Whose id that is: GCLID, FBCLID, TTCLID, MSCLKID or OTHER.',
    },
  ],
  source: `from click v ${namesOf('v')} where v.workspace_id = ${ownWorkspace}`,
}

export const eventViews: readonly View[] = [conversions, conversionChanges, clicks]
