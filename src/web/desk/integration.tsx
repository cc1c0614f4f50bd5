import { useQuery } from '@apollo/client/react'
import { Button } from '@mantine/core'
import { useEffect } from 'react'
import { AdvertisersDocument, DeskDocument } from '../generated/desk/desk'
import { askAgain } from '../graph/ask-again'
import { describeError } from '../graph/describe-error'
import { useViewer } from '../graph/use-viewer'
import { AdvertiserPicker } from '../receipts/advertiser-picker'
import { useChosenAdvertiser } from '../receipts/use-chosen-advertiser'
import { Heading } from '../shell/heading'
import { Empty } from '../states/empty'
import { Failure } from '../states/failure'
import { Loading } from '../states/loading'
import { Desk } from './desk'
import classes from './desk.module.css'

const offered = 8

/** How an advertiser's system learns to send postbacks: set it up, send a test, watch what arrives. */
export default function Integration() {
  const { role } = useViewer()
  const { id, choose } = useChosenAdvertiser()
  return (
    <>
      <Heading title="Integration" note="From the first postback to one that is credited, in three steps." />
      {role !== 'ADVERTISER' && (
        <div className={classes.picker}>
          <AdvertiserPicker value={id} onChange={choose} />
        </div>
      )}
      {id === null ? <NoneChosen onChoose={choose} /> : <OfAdvertiser key={id} id={id} />}
    </>
  )
}

/** Where there is but one, it is meant. */
function NoneChosen({ onChoose }: { onChoose: (id: string) => void }) {
  const { data, error, refetch } = useQuery(AdvertisersDocument, { variables: { first: offered } })
  const found = data?.advertisers.nodes ?? []
  const only = found.length === 1 ? found[0]?.id : undefined
  useEffect(() => {
    if (only !== undefined) onChoose(only)
  }, [only, onChoose])
  if (data === undefined && error !== undefined) {
    return (
      <Failure
        title="The advertisers could not be read"
        text={describeError(error)}
        onRetry={() => askAgain(refetch)}
      />
    )
  }
  if (data === undefined || only !== undefined) return <Loading height="30rem" />
  return found.length === 0 ? (
    <Empty title="There is no advertiser yet">
      Postbacks are sent by advertisers. Once an admin has made one, with a campaign, its integration starts here.
    </Empty>
  ) : (
    <Empty
      title="Whose integration is it?"
      action={found.map(({ id, name }) => (
        <Button key={id} variant="default" onClick={() => onChoose(id)}>
          {name}
        </Button>
      ))}
    >
      {data.advertisers.pageInfo.hasNextPage
        ? 'Search for an advertiser above, or choose one of the first.'
        : 'Choose an advertiser.'}{' '}
      The address of this page then leads to it.
    </Empty>
  )
}

function OfAdvertiser({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(DeskDocument, { variables: { id } })
  if (data === undefined) {
    return error === undefined ? (
      <Loading height="30rem" />
    ) : (
      <Failure
        title="The integration could not be read"
        text={describeError(error)}
        onRetry={() => askAgain(refetch)}
      />
    )
  }
  if (data.advertiser === null) {
    return <Empty title="There is no such advertiser">The address may have been cut off. Choose one above.</Empty>
  }
  return <Desk advertiser={data.advertiser} presets={data.presets} />
}
