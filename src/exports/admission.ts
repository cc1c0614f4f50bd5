import type { Scope } from '../access/scope.js'
import { CodedError } from '../kernel/errors.js'
import type { ExportLimits } from './limits.js'

/** How many exports run at a time. */
export interface Admission {
  /** Takes a place, and gives what gives it back; that may be called again. */
  enter(scope: Scope): () => void
  /** At this moment, on this node. */
  readonly running: number
}

export function createAdmission({ maxPerKey, maxPerWorkspace, maxOfNode }: ExportLimits): Admission {
  const counts = new Map<string, number>()
  const of = (name: string) => counts.get(name) ?? 0
  return {
    get running() {
      return of('node')
    },
    enter({ keyId, workspaceId }) {
      const places: readonly (readonly [name: string, most: number, whose: string])[] = [
        [keyId, maxPerKey, 'This key has'],
        [workspaceId, maxPerWorkspace, 'This workspace has'],
        ['node', maxOfNode, 'There are'],
      ]
      for (const [name, most, whose] of places) {
        if (of(name) >= most) throw new CodedError('RATE_LIMITED', `${whose} ${most} exports running: wait for one.`)
      }
      for (const [name] of places) counts.set(name, of(name) + 1)
      let left = false
      return () => {
        if (left) return
        left = true
        for (const [name] of places) {
          if (of(name) === 1) counts.delete(name)
          else counts.set(name, of(name) - 1)
        }
      }
    },
  }
}
