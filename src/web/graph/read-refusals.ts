import { CombinedGraphQLErrors } from '@apollo/client'
import { describeError } from './describe-error'

/** Why something was not done. */
export interface Refusal {
  /** Which input is to blame, as the schema names it: `goals.0.event`; null: none in particular. */
  readonly field: string | null
  readonly text: string
}

/** What does not fit its type is refused before the API sees it, and so is told in another form. */
const misfit = /at "(?:input\.)?([^"]+)"; (.+)$/s

export function readRefusals(error: unknown): readonly Refusal[] {
  if (!CombinedGraphQLErrors.is(error)) return [{ field: null, text: describeError(error) }]
  return error.errors.map(({ message, extensions }) => {
    const [, place, why] = misfit.exec(message) ?? []
    if (place !== undefined) return { field: place.replaceAll(/\[(\d+)\]/g, '.$1'), text: why ?? message }
    const field = typeof extensions?.field === 'string' ? extensions.field : null
    // At the field itself its name need not be said again.
    const text = field !== null && message.startsWith(`${field} `) ? `This${message.slice(field.length)}` : message
    return { field, text }
  })
}
