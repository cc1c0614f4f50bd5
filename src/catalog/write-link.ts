import type { Scope } from '../access/scope.js'
import { rowsOf } from '../database/transaction.js'
import { forbidden, notFound } from '../kernel/errors.js'
import { decodeId, type LinkId, newId } from '../kernel/ids.js'
import { changeCatalog } from './change-catalog.js'
import { checkDimension, checkSubs, checkUrl } from './check-input.js'
import type { CatalogWrites } from './context.js'
import { Link } from './link.entity.js'
import type { CreateLinkInput } from './link.input.js'
import { readVisibleRecords } from './read-records.js'

/** An admin makes any link, an affiliate its own to campaigns that it sees; what it may not see is as unknown. */
export async function createLink({ orm, clock }: CatalogWrites, scope: Scope, input: CreateLinkInput): Promise<LinkId> {
  if (scope.role !== 'ADMIN' && scope.role !== 'AFFILIATE') throw forbidden('This needs an ADMIN or AFFILIATE key.')
  if (scope.role !== 'ADMIN' && input.destinationUrl != null) throw forbidden('destinationUrl needs an ADMIN key.')
  const { workspaceId } = scope
  const link = {
    workspaceId,
    id: newId<'lnk'>(),
    source: checkDimension(input.source, 'source'),
    creative: checkDimension(input.creative, 'creative'),
    keyword: checkDimension(input.keyword, 'keyword'),
    placement: checkDimension(input.placement, 'placement'),
    subs: checkSubs(input.subs),
    destinationUrl: input.destinationUrl == null ? null : checkUrl(input.destinationUrl, 'destinationUrl'),
    createdAt: new Date(clock()),
  }

  // Links never change and so carry no version; it is raised all the same, as what lists them has changed.
  return changeCatalog(orm, workspaceId, async (em) => {
    const rows = rowsOf(em)
    const [campaign] = await readVisibleRecords(rows, scope, 'campaign', idsOf(decodeId('cmp', input.campaignId)))
    if (campaign === undefined) throw notFound('campaign', 'campaignId')
    const [affiliate] = await readVisibleRecords(rows, scope, 'affiliate', idsOf(decodeId('aff', input.affiliateId)))
    if (affiliate === undefined) throw notFound('affiliate', 'affiliateId')

    em.create(Link, { ...link, campaignId: campaign.id, affiliateId: affiliate.id })
    await rows(`insert into directory (handle, kind, workspace_id, id) values (uuid_send($1::uuid), 'link', $2, $1)`, [
      link.id,
      workspaceId,
    ])
    return link.id
  })
}

const idsOf = (id: string | null): string[] => (id === null ? [] : [id])
