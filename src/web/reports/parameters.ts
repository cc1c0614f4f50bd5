/**
 * The parameters of an address, each read by whoever knows what it means. What makes no sense is left out, and told: an
 * address may have been cut off, or typed.
 */
export interface Parameters {
  /** What was left out, and why, in sentences. */
  readonly problems: string[]
  /** Null where the address does not have it. */
  one(name: string): string | null
  all(name: string): readonly string[]
  /** One of these; null where it is none of them. */
  word<Word extends string>(name: string, words: readonly Word[]): Word | null
  /** A list of those that are known. */
  words<Word extends string>(name: string, isKnown: (text: string) => text is Word, otherwise: string): Word[] | null
  isYes(name: string): boolean
  leaveOut(name: string, text: string, why: string): void
  leaveOutOthers(): void
}

export function readParameters(search: string | URLSearchParams): Parameters {
  const sent = new URLSearchParams(search)
  const problems: string[] = []
  const taken = new Set<string>()
  const leaveOut = (name: string, text: string, why: string) => {
    problems.push(`${name}=${text} was left out: ${why}.`)
  }
  function all(name: string): readonly string[] {
    taken.add(name)
    return sent.getAll(name)
  }
  const one = (name: string) => all(name)[0] ?? null

  return {
    problems,
    one,
    all,
    leaveOut,
    word(name, words) {
      const text = one(name)
      const known = words.find((candidate) => candidate === text) ?? null
      if (text !== null && known === null) leaveOut(name, text, `it can be ${words.join(', ')}`)
      return known
    },
    words(name, isKnown, otherwise) {
      const parts = one(name)
        ?.split(',')
        .filter((part) => part !== '')
      if (parts === undefined) return null
      for (const part of parts) if (!isKnown(part)) leaveOut(name, part, otherwise)
      return [...new Set(parts.filter(isKnown))]
    },
    isYes(name) {
      return this.word(name, ['true', 'false']) === 'true'
    },
    leaveOutOthers() {
      for (const name of new Set(sent.keys()))
        if (!taken.has(name)) leaveOut(name, sent.get(name) ?? '', 'a report has no such part')
    },
  }
}
