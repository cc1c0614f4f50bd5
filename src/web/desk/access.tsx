import { useMutation } from '@apollo/client/react'
import { Button, NativeSelect } from '@mantine/core'
import { useId, useState } from 'react'
import { useFormats } from '../figures/formats'
import {
  ChangeAdvertiserDocument,
  type DeskQuery,
  MakeSigningKeyDocument,
  RotateTokenDocument,
} from '../generated/desk/desk'
import { describeError } from '../graph/describe-error'
import classes from './desk.module.css'
import { Snippet } from './snippet'

type Advertiser = NonNullable<DeskQuery['advertiser']>

const hourMs = 3_600_000
const overlaps = [
  { value: '24', label: '24 hours more' },
  { value: '168', label: '7 days more' },
  { value: '720', label: '30 days more' },
  { value: '0', label: 'not a moment more' },
]

/** Who may send in this advertiser’s name: its token, its signing keys, its addresses. */
export function Access({
  advertiser,
  secret,
  onSecret,
}: {
  advertiser: Advertiser
  /** Of a signing key that was made just now. */
  secret: string | null
  onSecret: (secret: string) => void
}) {
  return (
    <div className={classes.access}>
      <Token advertiser={advertiser} />
      <SigningKeys advertiser={advertiser} secret={secret} onSecret={onSecret} />
      <section aria-labelledby="addresses">
        <h3 id="addresses">Addresses</h3>
        {advertiser.allowedIps === null || advertiser.allowedIps.length === 0 ? (
          <p>Postbacks may come from any address.</p>
        ) : (
          <>
            <p>Postbacks may come from these addresses only:</p>
            <ul className={classes.addresses}>
              {advertiser.allowedIps.map((address) => (
                <li key={address}>
                  <code>{address}</code>
                </li>
              ))}
            </ul>
          </>
        )}
        <p className={classes.quiet}>An admin keeps this list.</p>
      </section>
    </div>
  )
}

function Token({ advertiser }: { advertiser: Advertiser }) {
  const formats = useFormats()
  const title = useId()
  const [overlap, setOverlap] = useState('24')
  const [rotate, { data, loading, error }] = useMutation(RotateTokenDocument)
  const [oldUntilMs, setOldUntilMs] = useState<number | null>(null)
  async function replace() {
    const hours = Number(overlap)
    await rotate({ variables: { id: advertiser.id, overlapHours: hours } })
    setOldUntilMs(hours === 0 ? null : Date.now() + hours * hourMs)
  }
  return (
    <section aria-labelledby={title}>
      <h3 id={title}>Token</h3>
      <p>It is a password: who has the postback URL can post in this advertiser’s name.</p>
      <div className={classes.row}>
        <NativeSelect
          label="The old token is taken for"
          data={overlaps}
          value={overlap}
          onChange={(event) => setOverlap(event.currentTarget.value)}
        />
        <Button variant="default" loading={loading} onClick={() => void replace().catch(() => undefined)}>
          Make a new token
        </Button>
      </div>
      <p role="status" className={classes.quiet}>
        {data === undefined
          ? overlap === '0' && 'Whatever is sent with the old token is refused from that moment on.'
          : `The postback URL above has the new token. ${
              oldUntilMs === null
                ? 'The old one is refused.'
                : `The old one is taken until ${formats.dayAndTime(oldUntilMs)}.`
            }`}
      </p>
      {error !== undefined && <p className={classes.bad}>{describeError(error)}</p>}
    </section>
  )
}

function SigningKeys({ advertiser, secret, onSecret }: Parameters<typeof Access>[0]) {
  const formats = useFormats()
  const title = useId()
  const [overlap, setOverlap] = useState('24')
  /** As it was just ticked, until that is so. */
  const [wanted, setWanted] = useState<boolean | null>(null)
  const [make, making] = useMutation(MakeSigningKeyDocument, { refetchQueries: ['Desk'] })
  const [change, changing] = useMutation(ChangeAdvertiserDocument)
  const keys = advertiser.signingKeys ?? []
  const isRequired = advertiser.requireSignature ?? false
  async function makeKey() {
    const { data } = await make({ variables: { id: advertiser.id, overlapHours: Number(overlap) } })
    if (data !== undefined) onSecret(data.rotateSigningKey.secret)
  }
  async function require(requireSignature: boolean) {
    setWanted(requireSignature)
    await change({ variables: { id: advertiser.id, input: { requireSignature } } }).catch(() => undefined)
    setWanted(null)
  }
  const error = making.error ?? changing.error
  return (
    <section aria-labelledby={title}>
      <h3 id={title}>Signing keys</h3>
      {keys.length === 0 ? (
        <p>There is none: postbacks are known by their token alone.</p>
      ) : (
        <ul className={classes.keys}>
          {keys.map(({ createdAt, expiresAt }) => (
            <li key={createdAt}>
              Made {formats.dayAndTime(createdAt)},{' '}
              {expiresAt === null ? 'in use' : `taken until ${formats.dayAndTime(expiresAt)}`}
            </li>
          ))}
        </ul>
      )}
      <div className={classes.row}>
        {keys.length > 0 && (
          <NativeSelect
            label="Older keys are taken for"
            data={overlaps}
            value={overlap}
            onChange={(event) => setOverlap(event.currentTarget.value)}
          />
        )}
        <Button variant="default" loading={making.loading} onClick={() => void makeKey().catch(() => undefined)}>
          Make a signing key
        </Button>
      </div>
      {secret !== null && (
        <div role="status">
          <p>
            <strong>This is shown this once.</strong> Keep it where your sender reads its secrets. The tab “Signed”
            above has it until you leave this page.
          </p>
          <Snippet text={secret} what="Signing secret" />
        </div>
      )}
      <label className={classes.check}>
        <input
          type="checkbox"
          checked={wanted ?? isRequired}
          disabled={keys.length === 0 && !isRequired}
          onChange={(event) => void require(event.currentTarget.checked)}
        />
        Refuse postbacks that are not signed
      </label>
      {keys.length === 0 && <p className={classes.quiet}>Make a key first, or nobody could send anything.</p>}
      {error !== undefined && <p className={classes.bad}>{describeError(error)}</p>}
    </section>
  )
}
