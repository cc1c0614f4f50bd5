import '@mantine/core/styles/Tabs.layer.css'
import { Button, Tabs } from '@mantine/core'
import { useState } from 'react'
import classes from './desk.module.css'
import { ParameterList } from './parameter-list'
import { readyUrl } from './place'
import { Snippet } from './snippet'
import {
  batchSnippet,
  jsonSnippet,
  pixelSnippet,
  type SnippetSubject,
  scriptSnippet,
  signedSnippet,
} from './write-snippets'

/** The ready URL, and what to paste for each of the other ways to send. */
export function Ways({
  subject,
  signingSecret,
  browserCampaigns,
}: {
  subject: SnippetSubject
  /** Of a key that was made just now; null: there is none that is known. */
  signingSecret: string | null
  /** The names of the campaigns that take conversions from browsers. */
  browserCampaigns: readonly string[]
}) {
  const [isRevealed, setRevealed] = useState(false)
  const { place, preset } = subject
  const shown = { secret: place.token, isRevealed }
  const reveal = (
    <Button size="xs" variant="subtle" aria-pressed={isRevealed} onClick={() => setRevealed(!isRevealed)}>
      {isRevealed ? 'Hide the token' : 'Show the token'}
    </Button>
  )
  return (
    <Tabs defaultValue="url" keepMounted={false}>
      <Tabs.List aria-label="Ways to send">
        <Tabs.Tab value="url">Postback URL</Tabs.Tab>
        <Tabs.Tab value="json">POST JSON</Tabs.Tab>
        <Tabs.Tab value="batch">Batch</Tabs.Tab>
        <Tabs.Tab value="signed">Signed</Tabs.Tab>
        <Tabs.Tab value="script">Script</Tabs.Tab>
        <Tabs.Tab value="pixel">Pixel</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="url" className={classes.panel}>
        <Snippet text={readyUrl(place, preset.postbackParameters)} what="Postback URL" {...shown}>
          {reveal}
        </Snippet>
        <ParameterList preset={preset} />
      </Tabs.Panel>
      <Tabs.Panel value="json" className={classes.panel}>
        <Snippet text={jsonSnippet(subject)} what="POST with JSON" {...shown}>
          {reveal}
        </Snippet>
        <Real subject={subject} />
      </Tabs.Panel>
      <Tabs.Panel value="batch" className={classes.panel}>
        <Snippet text={batchSnippet(subject)} what="Batch" {...shown}>
          {reveal}
        </Snippet>
        <p className={classes.quiet}>
          Up to 1,000 postbacks, an object a line. The answer has an outcome for each, in their order; one that is wrong
          does not hold up the others.
        </p>
        <Real subject={subject} />
      </Tabs.Panel>
      <Tabs.Panel value="signed" className={classes.panel}>
        <Snippet
          text={signedSnippet(subject, signingSecret)}
          what="Signed postback"
          secret={signingSecret ?? ''}
          isRevealed={isRevealed}
        >
          {signingSecret !== null && reveal}
        </Snippet>
        <p className={classes.quiet}>
          A signature proves each request and needs no token. It has the form of Standard Webhooks, which many libraries
          write. {signingSecret === null && 'The secret is shown once, when a signing key is made: below.'}
        </p>
        <Real subject={subject} secret={signingSecret} />
      </Tabs.Panel>
      <Tabs.Panel value="script" className={classes.panel}>
        <Snippet text={scriptSnippet(subject)} what="Script" />
        <FromBrowsers campaigns={browserCampaigns} />
      </Tabs.Panel>
      <Tabs.Panel value="pixel" className={classes.panel}>
        <Snippet text={pixelSnippet(subject)} what="Pixel" />
        <FromBrowsers campaigns={browserCampaigns} />
        <p className={classes.quiet}>
          Most browsers bring an image of another site no cookies, so the pixel loses many orders and the script does
          not.
        </p>
      </Tabs.Panel>
    </Tabs>
  )
}

/** Whether there is anything to fill in before it is run, and that it counts for nothing. */
const Real = ({ subject, secret = '' }: { subject: SnippetSubject; secret?: string | null }) => (
  <p className={classes.quiet}>
    {subject.linkId === null || secret === null
      ? 'Put your own value where there is an ellipsis, then paste it into a terminal. '
      : 'It can be pasted into a terminal as it is. '}
    <code>test</code> keeps it out of all figures: leave that out when it works.
  </p>
)

function FromBrowsers({ campaigns }: { campaigns: readonly string[] }) {
  return (
    <p className={classes.quiet}>
      {campaigns.length === 0
        ? 'No campaign of this advertiser takes conversions from browsers: an admin switches that on per campaign, at FIXED prices.'
        : `Taken for ${campaigns.join(', ')}.`}{' '}
      It carries no secret, so conversions begin as pending, and somebody has to approve what is true. Where a server
      can post, let it.
    </p>
  )
}
