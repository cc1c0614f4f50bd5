import { closeSync, openSync, writeSync } from 'node:fs'

/**
 * What a sender knows of each request, on its own disk, whatever becomes of the server: that it was sent, and then what
 * was answered, or that nothing was. Each attempt is a request of its own with a name of its own, which it carries as a
 * parameter that the product does not know and keeps on the receipt: so a receipt tells which request it is of.
 */
export interface Attempt {
  readonly name: string
  readonly step: Step
  readonly sentAtMs: number
  state: 'SENT' | 'ACKED' | 'REFUSED' | 'UNKNOWN'
  tookMs: number
  status: number
  outcome: string | null
  receipt: string | null
  conversion: string | null
  /** What was said, where it was not what the sender wanted. */
  said: string
}

/** One thing that a sender wants to be booked, insisted on until it is. */
export interface Step {
  readonly number: number
  readonly kind: StepKind
  readonly transactionId: string
  readonly amount: string | null
}

export type StepKind =
  | 'click'
  | 'create'
  | 'copy'
  | 'amount'
  | 'late'
  | 'approve'
  | 'reverse'
  | 'early-reject'
  | 'poison'

export interface Journal {
  readonly attempts: readonly Attempt[]
  send(name: string, step: Step): Attempt
  /** To be called once its state is no longer SENT. */
  close(attempt: Attempt): void
  end(): void
}

export function openJournal(file: string): Journal {
  const descriptor = openSync(file, 'a')
  const attempts: Attempt[] = []
  const write = (...parts: unknown[]) => void writeSync(descriptor, `${parts.join('\t')}\n`)

  return {
    attempts,
    send(name, step) {
      const attempt: Attempt = {
        name,
        step,
        sentAtMs: Date.now(),
        state: 'SENT',
        tookMs: 0,
        status: 0,
        outcome: null,
        receipt: null,
        conversion: null,
        said: '',
      }
      attempts.push(attempt)
      write('SENT', name, attempt.sentAtMs, step.kind, step.transactionId, step.amount ?? '')
      return attempt
    },
    close(attempt) {
      const { state, name, status, outcome, receipt, conversion, said } = attempt
      attempt.tookMs = Date.now() - attempt.sentAtMs
      write(state, name, attempt.tookMs, status, outcome ?? '', receipt ?? '', conversion ?? '', JSON.stringify(said))
    },
    end: () => closeSync(descriptor),
  }
}
