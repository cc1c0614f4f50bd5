import { useParams } from 'wouter'
import { ButtonLink } from '../controls/button-link'
import { CampaignDocument, type CampaignQuery } from '../generated/catalog/campaigns'
import { useViewer } from '../graph/use-viewer'
import { Heading } from '../shell/heading'
import { BesideRecord, Fact, Facts, Part } from './detail'
import { GoalHistory, GoalsTable } from './goals-table'
import { Last30Days } from './last-30-days'
import { LinksTable } from './links-table'
import { Record } from './record'
import { Status } from './status'

type Campaign = NonNullable<CampaignQuery['campaign']>

/** One campaign: what it earns, what it pays for, where it leads, and who has links to it. */
export default function CampaignView() {
  const { id = '' } = useParams()
  return (
    <Record document={CampaignDocument} id={id} what="campaign" pick={({ campaign }) => campaign}>
      {(campaign) => <Shown campaign={campaign} />}
    </Record>
  )
}

function Shown({ campaign }: { campaign: Campaign }) {
  const { id, name, status, advertiser, goals, goalVersions } = campaign
  const { role } = useViewer()
  return (
    <>
      <Heading
        title={name}
        note={
          <BesideRecord id={id}>
            <Status status={status} />
            {role !== 'ADVERTISER' && <span>{advertiser.name}</span>}
          </BesideRecord>
        }
      >
        {(role === 'ADMIN' || role === 'AFFILIATE') && (
          <ButtonLink variant="default" href={`/links/new?campaign=${id}`}>
            New link
          </ButtonLink>
        )}
        {role === 'ADMIN' && <ButtonLink href={`/campaigns/${id}/edit`}>Edit</ButtonLink>}
      </Heading>
      <Last30Days filter={{ campaignIds: [id] }} />
      <Part title="Goals">
        <GoalsTable goals={goals} versions={goalVersions} />
        <GoalHistory versions={goalVersions} />
      </Part>
      <Part title="Where its clicks lead">
        <Destinations campaign={campaign} />
      </Part>
      <Part title="Links to it">
        <LinksTable of="campaign" campaignId={id} height={420} />
      </Part>
    </>
  )
}

function Destinations({ campaign }: { campaign: Campaign }) {
  const { destinationUrl, fallbackUrl, attributionWindowDays, clientSide } = campaign
  return (
    <Facts>
      <Fact name="Destination">
        <code>{destinationUrl}</code>
      </Fact>
      <Fact name="While paused">{fallbackUrl === null ? 'Nowhere: HTTP 410, gone' : <code>{fallbackUrl}</code>}</Fact>
      <Fact name="Attribution window">
        {attributionWindowDays} {attributionWindowDays === 1 ? 'day' : 'days'} from the click
      </Fact>
      <Fact name="Pixel and script">
        {clientSide ? 'May credit it; such conversions start pending' : 'May not credit it: postbacks only'}
      </Fact>
    </Facts>
  )
}
