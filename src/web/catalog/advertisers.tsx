import { useMemo } from 'react'
import { Link } from 'wouter'
import { ButtonLink } from '../controls/button-link'
import { useFormats } from '../figures/formats'
import { AdvertisersDocument, type AdvertisersQuery } from '../generated/catalog/advertisers'
import { type List, useList } from '../graph/use-list'
import { useViewer } from '../graph/use-viewer'
import { Heading } from '../shell/heading'
import { Empty } from '../states/empty'
import type { Column } from '../table/data-table'
import { EarningsNote, earningsColumns } from './earnings-columns'
import { Filters, ListTable, SearchInput } from './list-view'
import classes from './list-view.module.css'
import { useEarnings } from './use-earnings'
import { useSearchFilter } from './use-filter'

type Row = AdvertisersQuery['page']['nodes'][number]

/** All advertisers, with what each paid lately and when it was last heard of. */
export default function Advertisers() {
  const { role } = useViewer()
  const search = useSearchFilter()
  const list = useList(AdvertisersDocument, { search: search.asked })
  const columns = useColumns(list)
  const create = role === 'ADMIN' && <ButtonLink href="/advertisers/new">New advertiser</ButtonLink>
  return (
    <>
      <Heading title="Advertisers" note={<EarningsNote />}>
        {create}
      </Heading>
      <Filters>
        <SearchInput label="Search by name" typed={search.typed} onType={search.type} />
      </Filters>
      <ListTable
        caption="Advertisers"
        things={['advertiser', 'advertisers']}
        list={list}
        columns={columns}
        empty={
          search.asked === '' ? (
            <Empty title="No advertisers yet" action={create}>
              An advertiser owns campaigns, and reports by postbacks what they sold.
            </Empty>
          ) : (
            <Empty title="No advertiser fits">Search for less.</Empty>
          )
        }
      />
    </>
  )
}

function useColumns({ rows, hasMore }: List<Row>): Column<Row>[] {
  const { role } = useViewer()
  const formats = useFormats()
  const earnings = useEarnings(
    'ADVERTISER',
    useMemo(() => rows?.map(({ id }) => id) ?? null, [rows]),
  )
  return useMemo(() => {
    const sortable = (sortBy: (row: Row) => string | null) => !hasMore && { sortBy }
    return [
      {
        key: 'name',
        title: 'Advertiser',
        ...sortable(({ name }) => name),
        show: ({ id, name }) =>
          role === 'ADMIN' ? (
            <Link href={`/advertisers/${id}`} className={classes.record}>
              {name}
            </Link>
          ) : (
            name
          ),
      },
      {
        key: 'preset',
        title: 'Preset',
        ...sortable(({ preset }) => preset),
        show: ({ preset }) => <code>{preset}</code>,
      },
      {
        key: 'heard',
        title: 'Last postback',
        ...sortable(({ activity }) => activity?.lastReceiptAt ?? null),
        show: ({ activity }) => (
          <>
            {activity?.lastReceiptAt == null ? 'Never' : formats.dayAndTime(activity.lastReceiptAt)}
            {activity?.silent === true && <span className={classes.silent}> · gone silent</span>}
          </>
        ),
      },
      ...earningsColumns<Row>(role, formats, earnings, !hasMore),
    ]
  }, [role, formats, earnings, hasMore])
}
