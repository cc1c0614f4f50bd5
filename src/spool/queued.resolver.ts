import { Ctx, FieldResolver, Resolver } from 'type-graphql'
import { WorkspaceType } from '../catalog/workspace.type.js'
import { SafeInt } from '../kernel/scalars.js'
import type { SpoolContext } from './context.js'

@Resolver(() => WorkspaceType)
export class QueuedResolver {
  @FieldResolver(() => SafeInt, {
    nullable: true,
    description:
      "How many of this workspace's requests wait in this node's spool to be booked; null but for ADMIN and ANALYST.",
  })
  queued(@Ctx() { scope, spool }: SpoolContext): number | null {
    // How much waits tells an advertiser or affiliate how much the others do.
    return scope.role === 'ADMIN' || scope.role === 'ANALYST' ? spool.entriesOf(scope.workspaceId) : null
  }
}
