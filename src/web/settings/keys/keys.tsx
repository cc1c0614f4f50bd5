import { Button } from '@mantine/core'
import { useState } from 'react'
import { type KeyRowFragment, KeysDocument, RevokeKeyDocument } from '../../generated/settings/keys/keys'
import { describeError } from '../../graph/describe-error'
import { useList } from '../../graph/use-list'
import { useNotices } from '../../notices/notices'
import { Failure } from '../../states/failure'
import { Loading } from '../../states/loading'
import { Confirm } from '../confirm'
import { SettingsFrame } from '../settings-frame'
import { useChange } from '../use-change'
import { KeyTable } from './key-table'
import { MakeKey } from './make-key'
import { NewSecret } from './new-secret'

const maxKeys = 10_000

/** Who may come in, and as whom. */
export default function Keys() {
  const keys = useList(KeysDocument, {}, { most: maxKeys, fetchPolicy: 'no-cache' })
  const [isMaking, setMaking] = useState(false)
  const [made, setMade] = useState<{ key: KeyRowFragment; secret: string } | null>(null)
  const [revoking, setRevoking] = useState<KeyRowFragment | null>(null)

  return (
    <SettingsFrame
      title="Keys"
      note="A key opens the API and this page to whoever has it, with the rights of its role."
      aside={
        !isMaking &&
        made === null && (
          <Button size="sm" onClick={() => setMaking(true)}>
            Make a key
          </Button>
        )
      }
    >
      {made !== null && <NewSecret name={made.key.name} secret={made.secret} onDone={() => setMade(null)} />}
      {isMaking && (
        <MakeKey
          onCancel={() => setMaking(false)}
          onMade={(created) => {
            setMaking(false)
            setMade(created)
            keys.retry()
          }}
        />
      )}
      {keys.rows !== null ? (
        <KeyTable keys={keys.rows} isWhole={!keys.hasMore} onEnd={keys.readMore} onRevoke={setRevoking} />
      ) : keys.error === undefined ? (
        <Loading />
      ) : (
        <Failure title="The keys could not be read" text={describeError(keys.error)} onRetry={keys.retry} />
      )}
      {revoking !== null && (
        <Revoke
          accessKey={revoking}
          onClose={(isDone) => {
            setRevoking(null)
            if (isDone) keys.retry()
          }}
        />
      )}
    </SettingsFrame>
  )
}

function Revoke({
  accessKey: { id, name },
  onClose,
}: {
  accessKey: KeyRowFragment
  onClose: (isDone: boolean) => void
}) {
  const notices = useNotices()
  const { change, isBusy, otherwise } = useChange()
  async function revoke(): Promise<void> {
    if ((await change(RevokeKeyDocument, { id })) === null) return
    notices.say(`“${name}” is revoked: what was open with it is closed.`)
    onClose(true)
  }
  return (
    <Confirm
      title={`Revoke “${name}”?`}
      action="Revoke"
      keep="Keep it"
      isBusy={isBusy}
      refused={otherwise([])}
      onConfirm={() => void revoke()}
      onClose={() => onClose(false)}
    >
      <p>
        It opens nothing from then on. Its sessions end at once and its open connections are closed, yours too if you
        came with it.
      </p>
      <p>This cannot be undone: whoever still needs to come in needs another key.</p>
    </Confirm>
  )
}
