import { createContext, use } from 'react'
import type { Refusal } from '../../graph/read-refusals'

export const RefusalsContext = createContext<readonly Refusal[]>([])

/** What marks an input as the one of that name: why it was refused, and where the focus goes then. */
export function useRefusal(field: string): { readonly error: string | undefined; readonly 'data-field': string } {
  const refusals = use(RefusalsContext)
  return { error: refusals.find((refusal) => refusal.field === field)?.text, 'data-field': field }
}

/** The input to blame for a refusal, or the one that it is a part of: `allowedIps` for `allowedIps.3`. */
export function findInput(form: HTMLElement, { field }: Refusal): HTMLElement | null {
  for (let name = field ?? ''; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    const input = form.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"]`)
    if (input !== null) return input
  }
  return null
}
