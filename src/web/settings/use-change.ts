import type { OperationVariables, TypedDocumentNode } from '@apollo/client'
import { useApolloClient } from '@apollo/client/react'
import { useState } from 'react'
import { type Refusal, readRefusals } from '../graph/read-refusals'

/** Sends one change at a time, and keeps why the last was refused. */
export function useChange() {
  const client = useApolloClient()
  const [isBusy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)

  /** What was done, or null where it was refused. */
  async function change<Data, Variables extends OperationVariables>(
    mutation: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data | null> {
    setBusy(true)
    setRefusal(null)
    try {
      const { data } = await client.mutate<Data, OperationVariables>({ mutation, variables })
      return data ?? null
    } catch (error) {
      setRefusal(readRefusals(error)[0] ?? null)
      return null
    } finally {
      setBusy(false)
    }
  }

  /** What is wrong with an input, by the last part of its name: `rate` of `rates.0.rate`; and with none of these. */
  const blamed = refusal?.field?.split('.').at(-1) ?? null
  const wrongWith = (field: string) => (blamed === field ? (refusal?.text ?? null) : null)
  const otherwise = (fields: readonly string[]) =>
    refusal !== null && !fields.some((field) => field === blamed) ? refusal.text : null
  return { change, isBusy, wrongWith, otherwise, forget: () => setRefusal(null) }
}
