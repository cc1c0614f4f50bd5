import { OutcomeMark } from '../receipts/outcome-mark'
import { isOutcome, outcomes } from '../receipts/outcomes'
import { adviceFor } from '../receipts/reasons'
import classes from './desk.module.css'
import { masked } from './place'
import type { Answered, Sent } from './send-test'

export type TestOutcome = { readonly answered: Answered; readonly click: string | null } | { readonly problem: string }

/** What was sent and what was answered, both as they were, and what that means. */
export function TestAnswer({ outcome, secrets }: { outcome: TestOutcome | null; secrets: readonly string[] }) {
  return (
    <div className={classes.answer} role="status" aria-label="Answer to the test">
      {outcome === null && (
        <p className={classes.quiet}>What is sent, what is answered and what that means will stand here.</p>
      )}
      {outcome !== null && 'problem' in outcome && <p className={classes.bad}>{outcome.problem}</p>}
      {outcome !== null && 'answered' in outcome && <Told {...outcome} secrets={secrets} />}
    </div>
  )
}

function Told({
  answered,
  click,
  secrets,
}: Extract<TestOutcome, { answered: Answered }> & { secrets: readonly string[] }) {
  const { sent, status, receipt, retryAfter, body } = answered
  const { outcome, code } = read(body)
  const advice = adviceFor(code)
  return (
    <>
      <p className={classes.verdict}>
        {isOutcome(outcome) ? (
          <>
            <OutcomeMark outcome={outcome} /> {advice?.says ?? outcomes[outcome].means}
          </>
        ) : (
          <strong>{advice?.says ?? `The server answered ${status}.`}</strong>
        )}
      </p>
      {advice !== null && advice.fix !== null && (
        <p>
          <strong>What to fix:</strong> {advice.fix}
        </p>
      )}
      {click !== null && (
        <p className={classes.quiet}>
          Click <code>{click}</code> was made for it.
        </p>
      )}
      <h3>Request</h3>
      <pre className={classes.code}>{secrets.reduce(masked, inFull(sent))}</pre>
      <h3>Answer</h3>
      <pre className={classes.code}>
        {`HTTP ${status}`}
        {receipt !== null && `\npulseback-receipt: ${receipt}`}
        {retryAfter !== null && `\nretry-after: ${retryAfter}`}
        {`\n\n${body}`}
      </pre>
    </>
  )
}

function inFull({ method, url, headers, body }: Sent): string {
  const head = [`${method} ${url}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)]
  return body === null ? head.join('\n') : `${head.join('\n')}\n\n${body}`
}

/** Answers are told by their outcome, and by the code that their reason begins with. */
function read(body: string): { readonly outcome: unknown; readonly code: string | null } {
  try {
    const { outcome, reason }: { outcome?: unknown; reason?: unknown } = JSON.parse(body)
    return { outcome, code: typeof reason === 'string' ? (reason.split(':')[0] ?? null) : null }
  } catch {
    return { outcome: null, code: null }
  }
}
