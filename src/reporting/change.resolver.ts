import { Args, ArgsType, Ctx, Field, Int, Query, Resolver } from 'type-graphql'
import { readHead } from '../catalog/read-head.js'
import { badInput } from '../kernel/errors.js'
import { Cursor } from '../kernel/scalars.js'
import { ChangeConnectionType } from './change.type.js'
import type { ReportingContext } from './context.js'
import { ConversionFilter } from './filters.input.js'
import { readChanges } from './read-changes.js'
import { startPlace } from './start-place.js'

@ArgsType()
class ChangeArgs {
  @Field(() => Cursor, { nullable: true, description: 'Go on behind this place; absent: from the first change on.' })
  after!: string | null

  @Field(() => Int, { nullable: true, defaultValue: 1000, description: 'How many at most: 1 to 5,000.' })
  first!: number | null

  @Field(() => ConversionFilter, { nullable: true })
  filter!: ConversionFilter | null
}

const maxChanges = 5_000
@Resolver()
export class ChangeResolver {
  @Query(() => ChangeConnectionType, {
    description: 'The ledger itself, oldest first, from a cursor: for those who poll instead of subscribing.',
  })
  async changes(@Args(() => ChangeArgs) { after, first, filter }: ChangeArgs, @Ctx() context: ReportingContext) {
    const { snapshot, scope, cursors } = context
    const limit = first ?? maxChanges
    if (limit < 1 || limit > maxChanges) throw badInput(`first must be between 1 and ${maxChanges}.`, 'first')
    const head = await readHead(snapshot.rows, scope.workspaceId)
    const start = after == null ? { ...head, position: 0 } : startPlace(context, after, head)
    const stretch = { after: start.position, upTo: head.position, epoch: head.epoch }
    const found = await readChanges(snapshot.rows, scope, cursors, filter ?? {}, stretch, limit + 1)
    const nodes = found.slice(0, limit)
    const hasMore = found.length > limit
    const end = hasMore ? { ...head, position: nodes.at(-1)?.position ?? start.position } : head
    return { nodes, hasMore, endCursor: cursors.seal(scope, end) }
  }
}
