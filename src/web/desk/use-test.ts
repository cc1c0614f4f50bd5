import { useState } from 'react'
import { nameOf, type Preset } from './preset-names'
import { makeTestClick, sendTest, type TestRequest } from './send-test'
import { isSigningSecret } from './sign'
import type { TestOutcome } from './test-answer'
import type { TestValues } from './test-fields'

export interface Test extends Omit<TestRequest, 'parameters'> {
  readonly preset: Preset
  /** Through which link a click is made first; null: `clickId` is said as it is. */
  readonly linkId: string | null
  readonly clickId: string
  readonly values: TestValues
}

/** Fires tests, one at a time, and keeps what came of the last. */
export function useTest() {
  const [isBusy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<TestOutcome | null>(null)
  async function fire(test: Test) {
    if (test.manner === 'SIGNED' && !isSigningSecret(test.signingSecret)) {
      return setOutcome({ problem: 'Paste the signing secret first: it begins with whsec_.' })
    }
    setBusy(true)
    setOutcome(
      await perform(test).catch(() => ({
        problem: 'The server cannot be reached. Check your connection, then try again.',
      })),
    )
    setBusy(false)
  }
  return { isBusy, outcome, fire }
}

async function perform({ preset, linkId, clickId, values, ...request }: Test): Promise<TestOutcome> {
  const made = linkId === null ? null : await makeTestClick(linkId)
  if (made !== null && 'error' in made) return { problem: `The test click could not be made. ${made.error}` }
  const said = Object.entries({ click_id: made?.click ?? clickId, ...values, test: '1' })
  const parameters = said.flatMap(([ours, value]) => {
    const name = nameOf(preset, ours)
    return name === null ? [] : [[name, value.trim()] as const]
  })
  return { answered: await sendTest({ ...request, parameters }), click: made?.click ?? null }
}
