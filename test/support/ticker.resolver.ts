import { Ctx, Field, Int, ObjectType, Query, Resolver, Root, Subscription } from 'type-graphql'
import type { CatalogContext } from '../../src/catalog/context.js'
import { readHead } from '../../src/catalog/read-head.js'
import { CodedError } from '../../src/kernel/errors.js'

@ObjectType('Tick')
export class TickType {
  @Field(() => Int)
  number!: number
}

/** What the tests say to every subscriber; `null` ends the feed. */
const listeners = new Set<(tick: number | null) => void>()
export const tick = (value: number | null) => {
  for (const listener of listeners) listener(value)
}
export const tickSubscribers = () => listeners.size

function ticks(): AsyncIterableIterator<TickType> {
  let wake: ((result: IteratorResult<TickType>) => void) | undefined
  const queue: (number | null)[] = []
  const end = { done: true, value: undefined } as const
  const toResult = (value: number | null): IteratorResult<TickType> => {
    if (value !== null) return { done: false, value: { number: value } }
    listeners.delete(listener)
    return end
  }
  const listener = (value: number | null) => {
    if (wake === undefined) queue.push(value)
    else wake(toResult(value))
    wake = undefined
  }
  listeners.add(listener)
  return {
    next: () => {
      const [value] = queue.splice(0, 1)
      if (value !== undefined) return Promise.resolve(toResult(value))
      return new Promise((resolve) => {
        wake = resolve
      })
    },
    return: async () => {
      listeners.delete(listener)
      return end
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** Things that go wrong, and a feed, for tests of what carries them. */
@Resolver(() => TickType)
export class TickerResolver {
  @Subscription(() => TickType, { subscribe: ticks })
  ticks(@Root() value: TickType): TickType {
    if (value.number < 0) throw new Error('a secret about our database')
    return value
  }

  /** Reads the head twice, to show which snapshot it is read in. */
  @Query(() => [String])
  async heads(@Ctx() { snapshot, scope, catalogWrites }: CatalogContext): Promise<string[]> {
    const first = await readHead(snapshot.rows, scope.workspaceId)
    await catalogWrites.orm.em
      .fork()
      .getConnection()
      .execute('update workspace_head set revision = revision + 1 where workspace_id = ?', [scope.workspaceId])
    const second = await readHead(snapshot.rows, scope.workspaceId)
    return [String(first.revision), String(second.revision)]
  }

  @Query(() => Int)
  broken(): number {
    throw new Error('a secret about our database')
  }

  @Query(() => Int)
  refused(): number {
    throw new CodedError('CONFLICT', 'Not twice.', 'thing')
  }

  @Query(() => Int)
  async slow(@Ctx() { snapshot }: CatalogContext): Promise<number> {
    await snapshot.rows('select pg_sleep(10)')
    return 1
  }
}
