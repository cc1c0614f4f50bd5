import { useParams } from 'wouter'
import { ButtonLink } from '../controls/button-link'
import { AffiliateDocument } from '../generated/catalog/affiliates'
import { useViewer } from '../graph/use-viewer'
import { Heading } from '../shell/heading'
import { BesideRecord, Part } from './detail'
import { Last30Days } from './last-30-days'
import { LinksTable } from './links-table'
import { Record } from './record'
import { Status } from './status'

/** One affiliate: what it brings, and its links. */
export default function AffiliateView() {
  const { id = '' } = useParams()
  const { role } = useViewer()
  return (
    <Record document={AffiliateDocument} id={id} what="affiliate" pick={({ affiliate }) => affiliate}>
      {({ name, ref, status }) => (
        <>
          <Heading
            title={name}
            note={
              <BesideRecord id={id}>
                <Status status={status} />
                <span>
                  Ref <code>{ref}</code>
                </span>
              </BesideRecord>
            }
          >
            {role === 'ADMIN' && (
              <>
                <ButtonLink variant="default" href={`/links/new?affiliate=${id}`}>
                  New link
                </ButtonLink>
                <ButtonLink href={`/affiliates/${id}/edit`}>Edit</ButtonLink>
              </>
            )}
          </Heading>
          <Last30Days filter={{ affiliateIds: [id] }} />
          <Part title="Its links">
            <LinksTable of="affiliate" affiliateId={id} height={420} />
          </Part>
        </>
      )}
    </Record>
  )
}
