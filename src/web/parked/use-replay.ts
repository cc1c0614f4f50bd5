import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import {
  ReplayAllDocument,
  type ReplayAllMutationVariables,
  type ReplayedFragment,
  ReplaySelectedDocument,
} from '../generated/parked/parked'
import { describeError } from '../graph/describe-error'

/** Which postbacks: those that were ticked, or whatever passes a filter. */
export type Target = { readonly ids: readonly string[] } | { readonly filter: ReplayAllMutationVariables['filter'] }

export interface Replay {
  readonly isBusy: boolean
  readonly problem: string | null
  /** What came of it last; of a dry run, what would come of it. */
  readonly result: { readonly isDry: boolean; readonly of: readonly ReplayedFragment[] } | null
  dryRun(target: Target): void
  /** Decides those again, for good, of which a dry run was shown. */
  replay(): void
  dismiss(): void
}

/** What the API takes at once. */
export const mostAtOnce = 500

/** A dry run first, then what it was of: exactly those, whatever else has come to wait meanwhile. */
export function useReplay(onReplayed: () => void): Replay {
  const [replaySelected, selected] = useMutation(ReplaySelectedDocument, { fetchPolicy: 'no-cache' })
  const [replayAll, all] = useMutation(ReplayAllDocument, { fetchPolicy: 'no-cache' })
  const [result, setResult] = useState<Replay['result']>(null)
  const [problem, setProblem] = useState<string | null>(null)

  async function ask(target: Target, isDry: boolean): Promise<readonly ReplayedFragment[]> {
    if ('ids' in target) {
      const { data } = await replaySelected({ variables: { ids: target.ids.slice(0, mostAtOnce), dryRun: isDry } })
      return data?.replayReceipts ?? []
    }
    const { data } = await replayAll({ variables: { filter: target.filter, dryRun: isDry } })
    return data?.replayParked ?? []
  }

  async function run(target: Target, isDry: boolean) {
    setProblem(null)
    try {
      setResult({ isDry, of: await ask(target, isDry) })
      if (!isDry) onReplayed()
    } catch (error) {
      setProblem(describeError(error))
    }
  }

  return {
    isBusy: selected.loading || all.loading,
    problem,
    result,
    dryRun: (target) => void run(target, true),
    replay() {
      if (result !== null) void run({ ids: result.of.map(({ receipt }) => receipt.id) }, false)
    },
    dismiss: () => setResult(null),
  }
}
