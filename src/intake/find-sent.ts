import type { Parameters } from './parse-parameters.js'
import type { CanonicalName, PresetTable } from './preset.js'

interface Sent {
  readonly name: string
  readonly text: string
}

/** What the sender says of this, and the name that it says it by; null where it says nothing. */
export function findSent({ values }: Parameters, preset: PresetTable, canonical: CanonicalName): Sent | null {
  for (const name of preset.names[canonical]) {
    const text = values.get(name)
    if (text !== undefined) return { name, text }
  }
  return null
}
