import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { encodeId } from '../kernel/ids.js'
import { Cursor } from '../kernel/scalars.js'
import { AdvertiserType } from './advertiser.type.js'
import { AffiliateType } from './affiliate.type.js'
import type { CatalogContext } from './context.js'
import { readHead } from './read-head.js'
import { ViewerType } from './viewer.type.js'
import { UpdateWorkspaceInput } from './workspace.input.js'
import { WorkspaceType } from './workspace.type.js'
import { updateWorkspace } from './write-workspace.js'

@Resolver(() => ViewerType)
export class ViewerResolver {
  @Query(() => ViewerType, { description: 'Who is asking.' })
  viewer(@Ctx() { scope }: CatalogContext): ViewerType {
    return { role: scope.role }
  }

  @FieldResolver(() => WorkspaceType)
  workspace(@Ctx() context: CatalogContext): Promise<WorkspaceType> {
    return readWorkspace(context)
  }

  @FieldResolver(() => AdvertiserType, { nullable: true, description: 'For an ADVERTISER: itself.' })
  advertiser(@Ctx() { scope, catalogLoaders }: CatalogContext): Promise<AdvertiserType> | null {
    return scope.advertiserId && catalogLoaders.advertiser.load(scope.advertiserId)
  }

  @FieldResolver(() => AffiliateType, { nullable: true, description: 'For an AFFILIATE: itself.' })
  affiliate(@Ctx() { scope, catalogLoaders }: CatalogContext): Promise<AffiliateType> | null {
    return scope.affiliateId && catalogLoaders.affiliate.load(scope.affiliateId)
  }
}

@Resolver(() => WorkspaceType)
export class WorkspaceResolver {
  @Mutation(() => WorkspaceType, { description: 'ADMIN.' })
  async updateWorkspace(
    @Arg('input', () => UpdateWorkspaceInput) input: UpdateWorkspaceInput,
    @Ctx() context: CatalogContext,
  ): Promise<WorkspaceType> {
    await updateWorkspace(context.catalogWrites, context.scope, input)
    return readWorkspace(context)
  }

  @FieldResolver(() => ID)
  id(@Root() { id }: WorkspaceType): string {
    return encodeId('wsp', id)
  }

  @FieldResolver(() => Cursor, {
    description: 'The end of the ledger as this answer sees it: subscribe after it to miss nothing.',
  })
  async head(@Ctx() { scope, snapshot, cursors }: CatalogContext): Promise<string> {
    return cursors.seal(scope, await readHead(snapshot.rows, scope.workspaceId))
  }
}

async function readWorkspace({ scope, snapshot }: CatalogContext): Promise<WorkspaceType> {
  const [workspace] = await snapshot.rows<WorkspaceType>(
    `select id, name, currency, time_zone as "timeZone" from workspace where id = $1`,
    [scope.workspaceId],
  )
  if (workspace === undefined) throw new Error(`workspace ${scope.workspaceId} is not in the database`)
  return workspace
}
