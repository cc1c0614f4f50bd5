import { useMemo } from 'react'
import { Link } from 'wouter'
import { CopyButton } from '../controls/copy'
import { useFormats } from '../figures/formats'
import { LinksDocument, type LinksQuery } from '../generated/catalog/links'
import { type List, useList } from '../graph/use-list'
import { useViewer } from '../graph/use-viewer'
import { Empty } from '../states/empty'
import type { Column } from '../table/data-table'
import { earningsColumns } from './earnings-columns'
import { ListTable } from './list-view'
import classes from './list-view.module.css'
import { useEarnings } from './use-earnings'

type Row = LinksQuery['page']['nodes'][number]

/** Links, each with what its clicks have by default and what it earned lately. */
export function LinksTable({
  of,
  campaignId = null,
  affiliateId = null,
  search = '',
  empty = <Empty title="No links yet">Visitors come through links: each belongs to one affiliate.</Empty>,
  height,
}: {
  /** All of them have this in common, and it is told elsewhere. */
  of?: 'campaign' | 'affiliate'
  campaignId?: string | null
  affiliateId?: string | null
  search?: string
  empty?: React.ReactNode
  height?: number
}) {
  const list = useList(LinksDocument, { campaignId, affiliateId, search })
  const columns = useColumns(list, of)
  return (
    <ListTable
      caption="Links"
      things={['link', 'links']}
      list={list}
      columns={columns}
      empty={empty}
      {...(height !== undefined && { height })}
    />
  )
}

/** By how much an id is known in a list: its end, as its beginning is a time. */
export const shortId = (id: string): string => `…${id.slice(-6)}`

function useColumns({ rows, hasMore }: List<Row>, of: 'campaign' | 'affiliate' | undefined): Column<Row>[] {
  const { role } = useViewer()
  const formats = useFormats()
  const earnings = useEarnings(
    'LINK',
    useMemo(() => rows?.map(({ id }) => id) ?? null, [rows]),
  )
  return useMemo((): Column<Row>[] => {
    const sortable = (sortBy: (row: Row) => string | null) => !hasMore && { sortBy }
    const text = (key: string, title: string, of: (row: Row) => string): Column<Row> => ({
      key,
      title,
      ...sortable(of),
      show: (row) => of(row),
    })
    return [
      { key: 'link', title: 'Link', width: 11, show: (row) => <LinkCell link={row} /> },
      ...(of === 'campaign' ? [] : [text('campaign', 'Campaign', (row) => row.campaign.name)]),
      ...(of === 'affiliate' || role === 'AFFILIATE'
        ? []
        : [text('affiliate', 'Affiliate', (row) => row.affiliate.name)]),
      ...earningsColumns<Row>(role, formats, earnings, !hasMore),
      {
        key: 'defaults',
        title: 'Defaults',
        width: 20,
        ...sortable(describeDefaults),
        show: (row) => <span className={classes.rest}>{describeDefaults(row) ?? '–'}</span>,
      },
    ]
  }, [role, formats, earnings, hasMore, of])
}

const LinkCell = ({ link: { id, url } }: { link: Row }) => (
  <span className={classes.link}>
    <Link href={`/links/${id}`} className={classes.record}>
      <code>{shortId(id)}</code>
    </Link>
    <CopyButton text={url} what={`the tracking link ${shortId(id)}`} />
  </span>
)

/** `source newsletter, sub1 spring`; null where none is set. */
function describeDefaults({ source, creative, keyword, placement, subs }: Row): string | null {
  const set = Object.entries({ source, creative, keyword, placement }).flatMap(([name, value]) =>
    value === null ? [] : [`${name} ${value}`],
  )
  const own = describeSubs(subs)
  return [...set, ...(own === null ? [] : [own])].join(', ') || null
}

/** `sub1 spring, sub2 b`; null where none is set. */
export function describeSubs(subs: Readonly<{ [name: string]: unknown }>): string | null {
  const set = Object.entries(subs).map(([name, value]) => `${name} ${value}`)
  return set.length === 0 ? null : set.join(', ')
}
