import type { ReactNode } from 'react'
import facts from '../controls/facts.module.css'
import { countOf } from '../figures/count-of'
import { useFormats } from '../figures/formats'
import type { SystemBooksQuery } from '../generated/system/system'
import { describeSpan } from './describe-span'
import type { Probes } from './read-probes'
import classes from './system.module.css'
import { tellSince } from './tell-since'

type Books = SystemBooksQuery['viewer']['workspace']

/** What the verdict is made of, each in words and with its figures. */
export function Details({
  probes,
  atMs,
  books,
  isStale,
}: {
  probes: Probes
  atMs: number
  /** Null: not read yet. */
  books: Books | null
  /** The books could not be read the last time. */
  isStale: boolean
}) {
  const formats = useFormats()
  const unknown = isStale ? 'Not known while the books cannot be read.' : 'Being read.'
  const ofBooks = (tell: (books: Books) => ReactNode) => (books === null || isStale ? unknown : tell(books))
  const { count, time, dayAndTime } = formats
  const megabytes = (bytes: number) => `${count(Math.ceil(bytes / 1_048_576))} MB`

  return (
    <dl className={`${facts.facts} ${classes.details}`}>
      <dt>Database</dt>
      <dd>{probes.isDatabaseAway ? 'Does not answer this server.' : 'Answers.'}</dd>
      <dt>Spool of this server</dt>
      <dd>
        {probes.spooledSinceMs === null
          ? 'Empty: nothing waits to be booked.'
          : `${count(probes.spooled)} waiting since ${tellSince(probes.spooledSinceMs, formats)}, ${megabytes(probes.spoolBytes)} on the disk.`}
        {!isStale && (books?.queued ?? 0) > 0 && ` Of this workspace: ${count(books?.queued ?? 0)}.`}
      </dd>
      <dt>Books</dt>
      <dd>
        {ofBooks(({ freshness: { lastBookedAt } }) =>
          lastBookedAt === null ? 'Nothing has been booked yet.' : `A figure last moved ${dayAndTime(lastBookedAt)}.`,
        )}
      </dd>
      <dt>Roll-ups</dt>
      <dd>{ofBooks(({ freshness: { folding } }) => (folding === null ? unknown : describeFolding(folding)))}</dd>
      <dt>Advertisers’ postbacks</dt>
      <dd>{ofBooks(({ freshness }) => describeSilence(freshness.advertisers))}</dd>
      <dt>Live connections</dt>
      <dd>
        {probes.connections === 1 ? '1 is open' : `${count(probes.connections)} are open`}: this server’s WebSockets and
        event streams.
      </dd>
      <dt>Version</dt>
      <dd>Pulseback {probes.version}</dd>
      <dt>Asked</dt>
      <dd>{time(atMs)}</dd>
    </dl>
  )
}

type Freshness = Books['freshness']

function describeFolding({ changes, clicks, oldestMs }: NonNullable<Freshness['folding']>): string {
  if (oldestMs === null) return 'Hold all that is booked.'
  const lacking = [
    ...(changes > 0 ? [countOf(changes, 'change')] : []),
    ...(clicks > 0 ? [countOf(clicks, 'click')] : []),
  ]
  return `Lack ${lacking.join(' and ')}, the oldest for ${describeSpan(oldestMs)}. Reports add them, and are exact.`
}

function describeSilence(advertisers: Freshness['advertisers']): string {
  const silent = advertisers.filter((one) => one.silent)
  if (advertisers.length === 0) return 'There is no advertiser yet.'
  if (silent.length === 0) return 'None has gone silent.'
  const names = silent.map(({ advertiser, quietForMs }) => `${advertiser.name} (for ${describeSpan(quietForMs)})`)
  return `Visitors go there, but no postbacks come from ${names.join(', ')}.`
}
