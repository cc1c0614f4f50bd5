import { useMemo } from 'react'
import { Link } from 'wouter'
import { ButtonLink } from '../controls/button-link'
import { Choice } from '../controls/choice'
import { useFormats } from '../figures/formats'
import { type CampaignStatus, CampaignsDocument, type CampaignsQuery } from '../generated/catalog/campaigns'
import { type List, useList } from '../graph/use-list'
import { useViewer } from '../graph/use-viewer'
import { Heading } from '../shell/heading'
import { Empty } from '../states/empty'
import type { Column } from '../table/data-table'
import { describeGoal } from './describe-terms'
import { EarningsNote, earningsColumns } from './earnings-columns'
import { Filters, ListTable, SearchInput } from './list-view'
import classes from './list-view.module.css'
import { Status, statusNames } from './status'
import { useEarnings } from './use-earnings'
import { useFilter, useSearchFilter } from './use-filter'

type Row = CampaignsQuery['page']['nodes'][number]

const statuses = ['ACTIVE', 'PAUSED', 'ARCHIVED'] as const satisfies readonly CampaignStatus[]
const choices = [{ value: '', name: 'All' }, ...statuses.map((value) => ({ value, name: statusNames[value] }))]

/** All campaigns that the viewer sees, with what each pays for and what it earned lately. */
export default function Campaigns() {
  const { role } = useViewer()
  const search = useSearchFilter()
  const [status, setStatus] = useFilter('status')
  const chosen = statuses.find((known) => known === status)
  const list = useList(CampaignsDocument, {
    filter: { search: search.asked, ...(chosen !== undefined && { statuses: [chosen] }) },
  })
  const columns = useColumns(list)
  const isAdmin = role === 'ADMIN'
  const create = <ButtonLink href="/campaigns/new">New campaign</ButtonLink>
  const isFiltered = search.asked !== '' || chosen !== undefined
  return (
    <>
      <Heading title="Campaigns" note={<EarningsNote />}>
        {isAdmin && create}
      </Heading>
      <Filters>
        <SearchInput label="Search by name" typed={search.typed} onType={search.type} />
        <Choice label="Status" options={choices} value={chosen ?? ''} onChange={setStatus} />
      </Filters>
      <ListTable
        caption="Campaigns"
        things={['campaign', 'campaigns']}
        list={list}
        columns={columns}
        empty={isFiltered ? <NoneFound /> : <NoneYet>{isAdmin && create}</NoneYet>}
      />
    </>
  )
}

function useColumns({ rows, hasMore }: List<Row>): Column<Row>[] {
  const { role } = useViewer()
  const formats = useFormats()
  const earnings = useEarnings(
    'CAMPAIGN',
    useMemo(() => rows?.map(({ id }) => id) ?? null, [rows]),
  )
  return useMemo(() => {
    const sortable = (sortBy: (row: Row) => string) => !hasMore && { sortBy }
    return [
      {
        key: 'name',
        title: 'Campaign',
        ...sortable(({ name }) => name),
        show: ({ id, name }) => (
          <Link href={`/campaigns/${id}`} className={classes.record}>
            {name}
          </Link>
        ),
      },
      {
        key: 'status',
        title: 'Status',
        ...sortable((row) => row.status),
        show: (row) => <Status status={row.status} />,
      },
      ...(role === 'ADVERTISER'
        ? []
        : [
            {
              key: 'advertiser',
              title: 'Advertiser',
              ...sortable(({ advertiser }) => advertiser.name),
              show: ({ advertiser }: Row) => advertiser.name,
            },
          ]),
      ...earningsColumns<Row>(role, formats, earnings, !hasMore),
      {
        key: 'goals',
        title: 'Goals',
        width: 20,
        show: ({ goals }) => (
          <span className={classes.rest}>{goals.map((goal) => describeGoal(goal, formats)).join(' · ')}</span>
        ),
      },
    ]
  }, [role, formats, earnings, hasMore])
}

const NoneFound = () => <Empty title="No campaign fits">Take a filter away, or search for less.</Empty>

function NoneYet({ children }: { children: React.ReactNode }) {
  const { role } = useViewer()
  const texts = {
    ADMIN: 'A campaign is an advertiser’s offer: where it leads, and what it pays for. Make the first one.',
    ANALYST: 'They appear here as an admin makes them.',
    ADVERTISER: 'They appear here as they are made for you.',
    AFFILIATE: 'A campaign appears here when you have a link to it. Ask for one.',
  }
  return (
    <Empty title="No campaigns yet" action={children}>
      {texts[role]}
    </Empty>
  )
}
