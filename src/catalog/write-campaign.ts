import type { EntityManager } from '@mikro-orm/postgresql'
import type { Scope } from '../access/scope.js'
import { badInput, notFound } from '../kernel/errors.js'
import { type CampaignId, decodeId, newId } from '../kernel/ids.js'
import { Advertiser } from './advertiser.entity.js'
import { Campaign } from './campaign.entity.js'
import type { CreateCampaignInput, UpdateCampaignInput } from './campaign.input.js'
import { changeCatalog } from './change-catalog.js'
import { checkClientSide, checkGoals } from './check-goals.js'
import { checkGiven, checkName, checkUrl } from './check-input.js'
import type { CatalogWrites } from './context.js'
import { requireAdmin } from './rights.js'
import { readNewestGoals, termsOf, writeGoals } from './write-goals.js'

export async function createCampaign(
  { orm, clock }: CatalogWrites,
  scope: Scope,
  input: CreateCampaignInput,
): Promise<CampaignId> {
  requireAdmin(scope)
  const { workspaceId } = scope
  const advertiserId = decodeId('adv', input.advertiserId)
  const goals = checkGoals(input.goals)
  const now = new Date(clock())
  const campaign = {
    workspaceId,
    id: newId<'cmp'>(),
    name: checkName(input.name),
    status: 'ACTIVE' as const,
    destinationUrl: checkUrl(input.destinationUrl, 'destinationUrl'),
    fallbackUrl: input.fallbackUrl == null ? null : checkUrl(input.fallbackUrl, 'fallbackUrl'),
    attributionWindowDays: checkWindow(input.attributionWindowDays ?? 30),
    clientSide: input.clientSide ?? false,
    createdAt: now,
  }
  if (campaign.clientSide) checkClientSide(goals)

  return changeCatalog(orm, workspaceId, async (em, catalogVersion) => {
    const advertiser = advertiserId && (await em.findOne(Advertiser, { workspaceId, id: advertiserId }))
    if (advertiser === null) throw notFound('advertiser', 'advertiserId')
    em.create(Campaign, { ...campaign, advertiserId: advertiser.id, catalogVersion })
    await em.flush()
    writeGoals(em, { workspaceId, campaignId: campaign.id, catalogVersion, now }, [], goals)
    return campaign.id
  })
}

export async function updateCampaign(
  { orm, clock }: CatalogWrites,
  scope: Scope,
  id: CampaignId | null,
  input: UpdateCampaignInput,
): Promise<CampaignId> {
  requireAdmin(scope)
  if (id === null) throw notFound('campaign', 'id')
  const { workspaceId } = scope
  const changes = {
    name: checkGiven(input.name, 'name', checkName),
    status: checkGiven(input.status, 'status', (given) => given),
    destinationUrl: checkGiven(input.destinationUrl, 'destinationUrl', checkUrl),
    fallbackUrl: input.fallbackUrl === null ? null : checkGiven(input.fallbackUrl, 'fallbackUrl', checkUrl),
    attributionWindowDays: checkGiven(input.attributionWindowDays, 'attributionWindowDays', checkWindow),
    clientSide: checkGiven(input.clientSide, 'clientSide', (given) => given),
  }
  const goals = checkGiven(input.goals, 'goals', checkGoals)

  return changeCatalog(orm, workspaceId, async (em: EntityManager, catalogVersion) => {
    const campaign = await em.findOne(Campaign, { workspaceId, id })
    if (campaign === null) throw notFound('campaign', 'id')
    em.assign(campaign, { ...changes, catalogVersion }, { ignoreUndefined: true })
    const newest = await readNewestGoals(em, workspaceId, id)
    if (campaign.clientSide) checkClientSide(goals ?? newest.filter((goal) => goal.active).map(termsOf))
    if (goals !== undefined) {
      writeGoals(em, { workspaceId, campaignId: id, catalogVersion, now: new Date(clock()) }, newest, goals)
    }
    return id
  })
}

const maxWindowDays = 365

function checkWindow(days: number): number {
  if (days < 1 || days > maxWindowDays) {
    throw badInput(`attributionWindowDays must be between 1 and ${maxWindowDays}.`, 'attributionWindowDays')
  }
  return days
}
