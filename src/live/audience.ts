import type { LedgerChange } from '../ledger/ledger-change.js'
import type { ChangeMatcher, Interest } from '../reporting/match-change.js'
import type { Placed } from './readers.js'

/** Those who follow a workspace's changes by one filter, with one scope's eyes. */
export interface ChangeGroup {
  readonly matcher: ChangeMatcher
  message(change: LedgerChange, matches: boolean): Promise<Placed>
  deliver(items: readonly Placed[], from: number, upTo: number): void
}

/**
 * All groups of a workspace. Those that can be are found by what a change is about, instead of being asked one by one
 * whether it passes; each stands in one place, by the narrowest thing that it asks for.
 */
export interface Audience {
  add(group: ChangeGroup): void
  remove(group: ChangeGroup): void
  /** Makes the messages of these changes; what it gives delivers them, in one turn. */
  prepare(changes: readonly LedgerChange[], from: number, upTo: number): Promise<() => void>
}

export function createAudience(): Audience {
  const everything = new Set<ChangeGroup>()
  const byId: Record<Interest['by'], Map<string, Set<ChangeGroup>>> = {
    campaignId: new Map(),
    affiliateId: new Map(),
    advertiserId: new Map(),
  }

  function* groupsFor(change: LedgerChange): Generator<ChangeGroup> {
    yield* everything
    for (const by of ['campaignId', 'affiliateId', 'advertiserId'] as const) yield* byId[by].get(change[by]) ?? []
  }

  return {
    add(group) {
      const { interest } = group.matcher
      if (interest === null) return void everything.add(group)
      for (const id of interest.ids) {
        const groups = byId[interest.by].get(id) ?? new Set()
        byId[interest.by].set(id, groups.add(group))
      }
    },

    remove(group) {
      const { interest } = group.matcher
      if (interest === null) return void everything.delete(group)
      for (const id of interest.ids) {
        const groups = byId[interest.by].get(id)
        groups?.delete(group)
        if (groups?.size === 0) byId[interest.by].delete(id)
      }
    },

    async prepare(changes, from, upTo) {
      const due = new Map<ChangeGroup, Promise<Placed>[]>()
      for (const change of changes) {
        for (const group of groupsFor(change)) {
          const matches = group.matcher.match(change)
          if (matches === null) continue
          const messages = due.get(group) ?? []
          due.set(group, messages)
          messages.push(group.message(change, matches))
        }
      }
      const ready = await Promise.all(
        [...due].map(async ([group, messages]) => ({ group, items: await Promise.all(messages) })),
      )
      return () => {
        for (const { group, items } of ready) group.deliver(items, from, upTo)
      }
    },
  }
}
