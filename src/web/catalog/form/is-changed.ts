/** Whether a draft, which is plain data, says something else than it did at first. */
export const isChanged = (draft: object, initial: object): boolean => JSON.stringify(draft) !== JSON.stringify(initial)

/** Only what was changed: so what somebody else changes meanwhile stays. */
export function changedOf<Input extends object>(input: Input, before: Input): Partial<Input> {
  const names = Object.keys(input) as (keyof Input)[] // plain data has no others
  const changed = names.filter((name) => isChanged([input[name]], [before[name]]))
  return Object.fromEntries(changed.map((name) => [name, input[name]])) as Partial<Input>
}
