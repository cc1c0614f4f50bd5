import { ButtonLink } from '../controls/button-link'
import { RecordPicker } from '../controls/record-picker'
import { useViewer } from '../graph/use-viewer'
import { Heading } from '../shell/heading'
import { Empty } from '../states/empty'
import { EarningsNote } from './earnings-columns'
import { LinksTable } from './links-table'
import { Filters, SearchInput } from './list-view'
import { useFilter, useSearchFilter } from './use-filter'

/** All links that the viewer sees. */
export default function Links() {
  const { role } = useViewer()
  const search = useSearchFilter()
  const [campaign, setCampaign] = useFilter('campaign')
  const [affiliate, setAffiliate] = useFilter('affiliate')
  const mayCreate = role === 'ADMIN' || role === 'AFFILIATE'
  const create = <ButtonLink href="/links/new">New link</ButtonLink>
  const isFiltered = search.asked !== '' || campaign !== '' || affiliate !== ''
  return (
    <>
      <Heading title="Links" note={<EarningsNote />}>
        {mayCreate && create}
      </Heading>
      <Filters>
        <SearchInput label="Search source, creative, keyword…" typed={search.typed} onType={search.type} />
        <RecordPicker
          kind="campaign"
          aria-label="Campaign"
          placeholder="Any campaign"
          clearable
          value={campaign || null}
          onChange={(id) => setCampaign(id ?? '')}
        />
        {role !== 'AFFILIATE' && (
          <RecordPicker
            kind="affiliate"
            aria-label="Affiliate"
            placeholder="Any affiliate"
            clearable
            value={affiliate || null}
            onChange={(id) => setAffiliate(id ?? '')}
          />
        )}
      </Filters>
      <LinksTable
        campaignId={campaign || null}
        affiliateId={affiliate || null}
        search={search.asked}
        empty={
          isFiltered ? (
            <Empty title="No link fits">Take a filter away, or search for less.</Empty>
          ) : (
            <Empty title="No links yet" action={mayCreate && create}>
              A link is an affiliate’s tracking URL to a campaign: its visitors click it, and what they buy is credited.
            </Empty>
          )
        }
      />
    </>
  )
}
