import { useQuery } from '@apollo/client/react'
import { ReceiptStoryDocument } from '../generated/receipts/receipts'
import { describeError } from '../graph/describe-error'
import { Loading } from '../states/loading'
import classes from './receipt-item.module.css'

/** From the request to the books: what came, by which rule it was read, what it did. */
export function Story({ id, receiptId }: { id: string; receiptId: string }) {
  const { data, error } = useQuery(ReceiptStoryDocument, { variables: { id: receiptId }, fetchPolicy: 'no-cache' })
  const receipt = data?.receipt
  return (
    <div id={id} className={classes.story}>
      {error !== undefined && <p>{describeError(error)}</p>}
      {data === undefined && error === undefined && <Loading height="6rem" label="Reading its story" />}
      {receipt === null && <p>This receipt is no longer kept.</p>}
      {receipt != null && (
        <>
          <ol className={classes.steps}>
            {receipt.story.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ol>
          <pre className={classes.request}>
            {receipt.method} {receipt.url}
            {receipt.body !== null && `\n\n${receipt.body}`}
          </pre>
          <p className={classes.ids}>
            Answered with {receipt.httpStatus} · <code>{receiptId}</code>
            {receipt.conversion !== null && (
              <>
                {' '}
                · <code>{receipt.conversion.id}</code>, {receipt.conversion.event}, {receipt.conversion.status}
              </>
            )}
          </p>
        </>
      )}
    </div>
  )
}
