import { Button } from '@mantine/core'
import { useRef } from 'react'
import { CopyButton } from '../controls/copy'
import { Dialog } from '../controls/dialog'
import classes from './reports.module.css'

/** The query that the report is, to be copied. */
export function GraphqlDialog({ text, onClose }: { text: string; onClose: () => void }) {
  const code = useRef<HTMLPreElement>(null)
  const select = () => code.current !== null && getSelection()?.selectAllChildren(code.current)

  return (
    <Dialog width="44rem" aria-labelledby="as-graphql" onClose={onClose}>
      {(close) => (
        <>
          <h2 id="as-graphql" className={classes.title}>
            This report as GraphQL
          </h2>
          <p className={classes.quiet}>
            Post it to <code>/graphql</code>, or paste it into the explorer. A key or session sees there what it sees
            here.
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must by keyboard */}
          <pre ref={code} className={classes.code} tabIndex={0}>
            {text}
          </pre>
          <div className={classes.ways}>
            <CopyButton text={text} what="the query" onFailure={select} />
            <Button size="xs" variant="default" onClick={close}>
              Close
            </Button>
          </div>
        </>
      )}
    </Dialog>
  )
}
