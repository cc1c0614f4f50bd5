import type { OpenBus } from '../../../src/live/bus.js'
import type { News } from '../../../src/live/tail.js'
import type { Process, Scheduler } from '../scheduler.js'

/**
 * What nodes tell each other: each word is lost, or arrives once or twice, at any time and in any order, in full (as over
 * NATS) or without its lines (as what is too large for NATS, or over PostgreSQL), followed or not.
 */
export interface MemoryBus {
  openFor(process: Process): OpenBus
  leave(process: Process): void
}

const fates = ['whole', 'whole', 'whole', 'no lines', 'lost', 'lost', 'twice'] as const
const badFates = ['lost', 'lost', 'lost', 'lost', 'lost', 'whole'] as const

export function createMemoryBus({ choices, offer }: Scheduler): MemoryBus {
  const some = choices.of<typeof fates | typeof badFates>([fates, badFates])
  const hearing = new Map<Process, (news: News) => void>()
  return {
    openFor: (process) => async (hear) => {
      hearing.set(process, hear)
      return {
        kind: 'nats',
        isConnected: true,
        publish(commit) {
          const text = JSON.stringify(commit)
          for (const [other, tell] of hearing) {
            if (other === process) continue
            const fate = choices.of(some)
            if (fate === 'lost') continue
            const news = (): News => ({
              ...JSON.parse(text),
              ...(fate === 'no lines' ? { changes: [], touched: null } : {}),
            })
            const label = `${other.name}: hears of ${commit.position} from ${process.name}, ${fate}`
            for (let times = fate === 'twice' ? 2 : 1; times > 0; times -= 1) offer(label, other, () => tell(news()))
          }
        },
        follow: () => () => undefined,
        close: async () => void hearing.delete(process),
      }
    },
    leave: (process) => void hearing.delete(process),
  }
}
