import { Link, useParams } from 'wouter'
import { CopyField } from '../controls/copy'
import { LinkDocument, type LinkQuery } from '../generated/catalog/links'
import { useViewer } from '../graph/use-viewer'
import { Heading } from '../shell/heading'
import { BesideRecord, Fact, Facts, Part } from './detail'
import classes from './detail.module.css'
import { Last30Days } from './last-30-days'
import { LinkBuilder } from './link-builder'
import { describeSubs, shortId } from './links-table'
import { Record } from './record'
import { sampleClick } from './sample-click'
import { statusNames } from './status'

type Shown = NonNullable<LinkQuery['link']>

/** One link: ready to be copied, with parameters for where it is put, and what it earns. */
export default function LinkView() {
  const { id = '' } = useParams()
  return (
    <Record document={LinkDocument} id={id} what="link" pick={({ link }) => link}>
      {(link) => <LinkShown link={link} />}
    </Record>
  )
}

function LinkShown({ link }: { link: Shown }) {
  const { id, url, testUrl, campaign, affiliate, subs } = link
  const { role } = useViewer()
  const seesAffiliate = role === 'ADMIN' || role === 'ANALYST'
  const { click_id, country } = sampleClick
  const values = {
    click_id,
    country,
    campaign_id: campaign.id,
    affiliate_id: affiliate.id,
    affiliate_ref: affiliate.ref,
    link_id: id,
    source: link.source,
    creative: link.creative,
    keyword: link.keyword,
    placement: link.placement,
    ...(subs as { [name: string]: string }), // the API keeps text in them only
  }
  return (
    <>
      <Heading
        title={`Link ${shortId(id)}`}
        note={
          <BesideRecord id={id}>
            <span>
              Of {seesAffiliate ? <Link href={`/affiliates/${affiliate.id}`}>{affiliate.name}</Link> : affiliate.name}{' '}
              to <Link href={`/campaigns/${campaign.id}`}>{campaign.name}</Link>
            </span>
          </BesideRecord>
        }
      />
      <Resting link={link} />
      <LinkBuilder url={url} destination={link.destinationUrl ?? campaign.destinationUrl} values={values} />
      <div className={classes.part}>
        <Last30Days filter={{ linkIds: [id] }} />
      </div>
      <Part title="Defaults">
        <Facts>
          {(['source', 'creative', 'keyword', 'placement'] as const).map((name) => (
            <Fact key={name} name={`${name[0]?.toUpperCase()}${name.slice(1)}`}>
              {link[name] ?? 'Not set'}
            </Fact>
          ))}
          <Fact name="Sub-ids">{describeSubs(subs) ?? 'Not set'}</Fact>
          {link.destinationUrl !== null && (
            <Fact name="Own destination">
              <code>{link.destinationUrl}</code>
            </Fact>
          )}
        </Facts>
      </Part>
      <Part title="For trying out">
        <CopyField label="Test link: what comes of it stays outside all figures" text={testUrl} what="the test link" />
      </Part>
    </>
  )
}

/** Why its visitors do not get to the destination, where they do not. */
function Resting({ link: { campaign, affiliate } }: { link: Shown }) {
  const why = [
    ...(campaign.status === 'ACTIVE' ? [] : [`the campaign is ${statusNames[campaign.status].toLowerCase()}`]),
    ...(affiliate.status === 'ACTIVE' ? [] : [`the affiliate is ${statusNames[affiliate.status].toLowerCase()}`]),
  ]
  if (why.length === 0) return null
  const where = campaign.fallbackUrl === null ? 'get HTTP 410' : `go to ${campaign.fallbackUrl}`
  return (
    <p>
      <strong>At rest:</strong> {why.join(' and ')}. Visitors {where} until it is active again; clicks made before still
      credit.
    </p>
  )
}
