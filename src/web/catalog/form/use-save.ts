import type { OperationVariables, TypedDocumentNode } from '@apollo/client'
import { useApolloClient } from '@apollo/client/react'
import { useState } from 'react'
import { type Refusal, readRefusals } from '../../graph/read-refusals'
import { useNotices } from '../../notices/notices'

/** Sends what a form has. What is refused comes back as refusals; the form keeps all that was filled in. */
export function useSave() {
  const client = useApolloClient()
  const notices = useNotices()
  const [isSaving, setSaving] = useState(false)
  const [refusals, refuse] = useState<readonly Refusal[]>([])

  /** What was saved, or null where it was not; `told` is said when it was. */
  async function save<Data, Variables extends OperationVariables>(
    mutation: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    told: string,
  ): Promise<Data | null> {
    setSaving(true)
    try {
      const { data } = await client.mutate<Data, OperationVariables>({ mutation, variables })
      refuse([])
      notices.say(told)
      return data ?? null
    } catch (error) {
      refuse(readRefusals(error))
      return null
    } finally {
      setSaving(false)
    }
  }

  return { save, isSaving, refusals, refuse }
}
