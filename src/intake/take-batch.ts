import { isUnavailable } from '../kernel/errors.js'
import { isAnswer } from './admit-sender.js'
import { type HttpAnswer, toHttpAnswer, unauthenticatedAnswer, unavailableAnswer } from './answer-postback.js'
import { parseParameters } from './parse-parameters.js'
import { queryOf } from './query-of.js'
import { unreadable } from './refusal.js'
import { type BatchFormat, batchFormat, splitEntries } from './split-entries.js'
import { type Arrived, keyed, type PostbackIntake, type Sender } from './take-postback.js'

const unreadableBatch = unreadable(
  'UNSUPPORTED_CONTENT_TYPE',
  'Send a batch as a JSON array (application/json) or a JSON object a line (application/x-ndjson).',
)

/**
 * Many postbacks in one request, each taken as if it had come alone, in order, and answered in its place. The sender is
 * named once, in the query or the header. What is wrong with the whole of it leaves one receipt.
 */
export async function takeBatch(intake: PostbackIntake, request: Arrived): Promise<HttpAnswer> {
  const sender = await intake.findSender(request, parseParameters(queryOf(request.url)).tokens)
  if (isAnswer(sender)) return sender
  const arrived = keyed(request, sender)
  const format = batchFormat(arrived.contentType)
  const entries = format === null ? unreadableBatch : splitEntries(arrived.body ?? Buffer.alloc(0), format)
  if (format === null || 'httpStatus' in entries) {
    const refusal = 'httpStatus' in entries ? entries : unreadableBatch
    return intake.takeOneMore(sender) ?? toHttpAnswer(await intake.take(sender, arrived, refusal))
  }
  const settled = await Promise.allSettled(
    entries.map((text, index) => takeEntry(intake, sender, { ...arrived, ...entryOf(arrived, text, index) })),
  )
  const failures = settled.filter((one) => one.status === 'rejected').map(({ reason }) => reason)
  const fatal = failures.find((error) => !isUnavailable(error))
  // As long as one was kept, the sender must learn which; who sends them all again repeats nothing but work.
  if (fatal !== undefined || (failures.length > 0 && failures.length === entries.length)) throw fatal ?? failures[0]
  return toBatchAnswer(
    settled.map((one) => (one.status === 'rejected' ? unavailableAnswer : one.value)),
    format,
  )
}

const entryOf = ({ idempotencyKey }: Arrived, text: string, index: number) => ({
  contentType: 'application/json',
  body: Buffer.from(text),
  // The key is the batch's: each entry has its own by its place.
  idempotencyKey: idempotencyKey === null ? null : `${idempotencyKey}/${index}`,
})

async function takeEntry(intake: PostbackIntake, sender: Sender, entry: Arrived): Promise<HttpAnswer> {
  const parameters = parseParameters('', entry.body, entry.contentType)
  if (parameters.tokens.some((token) => token !== sender.token)) return unauthenticatedAnswer
  return intake.takeOneMore(sender) ?? toHttpAnswer(await intake.take(sender, entry, parameters))
}

function toBatchAnswer(answers: readonly HttpAnswer[], format: BatchFormat): HttpAnswer {
  const bodies = answers.map(({ body }) => body)
  const answer = { httpStatus: 200, outcome: null, code: null, receipt: null, entries: answers }
  return format === 'json'
    ? { ...answer, body: `[${bodies.join(',')}]` }
    : {
        ...answer,
        body: bodies.map((body) => `${body}\n`).join(''),
        contentType: 'application/x-ndjson; charset=utf-8',
      }
}
