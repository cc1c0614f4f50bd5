import { useMemo } from 'react'
import { Link } from 'wouter'
import { ButtonLink } from '../controls/button-link'
import { useFormats } from '../figures/formats'
import { AffiliatesDocument, type WholeAffiliateFragment } from '../generated/catalog/affiliates'
import { type List, useList } from '../graph/use-list'
import { useViewer } from '../graph/use-viewer'
import { Heading } from '../shell/heading'
import { Empty } from '../states/empty'
import type { Column } from '../table/data-table'
import { EarningsNote, earningsColumns } from './earnings-columns'
import { Filters, ListTable, SearchInput } from './list-view'
import classes from './list-view.module.css'
import { Status } from './status'
import { useEarnings } from './use-earnings'
import { useSearchFilter } from './use-filter'

type Row = WholeAffiliateFragment

/** All affiliates, with what each brought lately. */
export default function Affiliates() {
  const { role } = useViewer()
  const search = useSearchFilter()
  const list = useList(AffiliatesDocument, { search: search.asked })
  const columns = useColumns(list)
  const create = role === 'ADMIN' && <ButtonLink href="/affiliates/new">New affiliate</ButtonLink>
  return (
    <>
      <Heading title="Affiliates" note={<EarningsNote />}>
        {create}
      </Heading>
      <Filters>
        <SearchInput label="Search by name or ref" typed={search.typed} onType={search.type} />
      </Filters>
      <ListTable
        caption="Affiliates"
        things={['affiliate', 'affiliates']}
        list={list}
        columns={columns}
        empty={
          search.asked === '' ? (
            <Empty title="No affiliates yet" action={create}>
              An affiliate sends visitors through its links, and is credited and paid for what they buy.
            </Empty>
          ) : (
            <Empty title="No affiliate fits">Search for less.</Empty>
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
    'AFFILIATE',
    useMemo(() => rows?.map(({ id }) => id) ?? null, [rows]),
  )
  return useMemo(() => {
    const sortable = (sortBy: (row: Row) => string) => !hasMore && { sortBy }
    return [
      {
        key: 'name',
        title: 'Affiliate',
        ...sortable(({ name }) => name),
        show: ({ id, name }) => (
          <Link href={`/affiliates/${id}`} className={classes.record}>
            {name}
          </Link>
        ),
      },
      { key: 'ref', title: 'Ref', ...sortable(({ ref }) => ref), show: ({ ref }) => <code>{ref}</code> },
      {
        key: 'status',
        title: 'Status',
        ...sortable((row) => row.status),
        show: (row) => <Status status={row.status} />,
      },
      ...earningsColumns<Row>(role, formats, earnings, !hasMore),
    ]
  }, [role, formats, earnings, hasMore])
}
