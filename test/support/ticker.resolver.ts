import { Ctx, Field, Int, ObjectType, Query, Resolver, Root, Subscription } from 'type-graphql'
import type { CatalogContext } from '../../src/catalog/context.js'
import { readHead } from '../../src/catalog/read-head.js'
import { CodedError } from '../../src/kernel/errors.js'
import type { Feed } from '../../src/live/feed.js'
import type { Outlet } from '../../src/live/outlet.js'
import type { Renderer } from '../../src/live/payload.js'

@ObjectType('Tick')
export class TickType {
  @Field(() => Int)
  number!: number
}

const outlets = new Set<Outlet>()
let lastRenderer: Renderer | undefined

/** Says a number to all who follow the ticks, who all ask the same. */
export async function tick(number: number): Promise<void> {
  const payload = await lastRenderer?.render({ number })
  for (const outlet of outlets) outlet.push(payload === undefined ? [] : [payload])
}
export const failTicks = (error: unknown): void => {
  for (const outlet of [...outlets]) outlet.fail(error)
}
export const tickSubscribers = () => outlets.size

const ticks: Feed = {
  async open(renderer) {
    lastRenderer = renderer
    return {
      start: async () => 0,
      join(outlet) {
        outlets.add(outlet)
      },
      leave: (outlet) => void outlets.delete(outlet),
      checkpoint: () => null,
      close: () => undefined,
    }
  },
}

/** Things that go wrong, and a feed, for tests of what carries them. */
@Resolver(() => TickType)
export class TickerResolver {
  @Subscription(() => TickType, { subscribe: () => ticks as unknown as AsyncIterable<never> })
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
