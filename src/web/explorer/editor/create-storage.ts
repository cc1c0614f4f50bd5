import type { SurroundingPage } from './reach-page'

/** What GraphiQL takes for localStorage: it ends with the session, in whose page's memory it is. */
export function createStorage({ drafts, keep }: Pick<SurroundingPage, 'drafts' | 'keep'>) {
  const kept = new Map(Object.entries(drafts))
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem(name: string, text: string) {
      kept.set(name, text)
      keep(name, text)
    },
    removeItem(name: string) {
      kept.delete(name)
      keep(name, null)
    },
    clear() {
      for (const name of [...kept.keys()]) this.removeItem(name)
    },
    get length() {
      return kept.size
    },
  }
}
