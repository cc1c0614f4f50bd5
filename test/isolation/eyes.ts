import type { Role } from '../../src/kernel/vocabulary.js'

/**
 * Who may see what, as README says it, stated once more and apart from the code that is tested: two workspaces, each
 * with two advertisers of a campaign each, two affiliates, and three ways from an affiliate to a campaign.
 */
export const ways = [
  { campaign: 0, affiliate: 0 },
  { campaign: 0, affiliate: 1 },
  { campaign: 1, affiliate: 1 },
] as const

export interface Eyes {
  readonly tenant: number
  readonly role: Role
  /** Which of its workspace's, for an ADVERTISER or AFFILIATE. A campaign has the number of its advertiser. */
  readonly index: number
}

/** What something says of whom: a name, an id, a secret. */
export interface Mark {
  readonly tenant: number
  readonly of:
    | 'workspace'
    | 'campaign'
    | 'affiliate'
    | 'way'
    /** An advertiser's requests and how they are let in. */
    | 'requests'
    | 'token'
    | 'keys'
    /** Shown once, to whoever made it, and never again. */
    | 'secret'
  readonly index: number
}

const promotes = (affiliate: number, campaign: number): boolean =>
  ways.some((way) => way.affiliate === affiliate && way.campaign === campaign)

export function maySee(eyes: Eyes, mark: Mark): boolean {
  if (eyes.tenant !== mark.tenant || mark.of === 'secret') return false
  if (mark.of === 'workspace') return true
  switch (eyes.role) {
    case 'ADMIN':
      return true
    case 'ANALYST':
      return mark.of !== 'keys' && mark.of !== 'token'
    case 'ADVERTISER':
      if (mark.of === 'affiliate') return promotes(mark.index, eyes.index)
      if (mark.of === 'way') return ways[mark.index]?.campaign === eyes.index
      return mark.of !== 'keys' && mark.index === eyes.index
    case 'AFFILIATE':
      if (mark.of === 'campaign') return promotes(eyes.index, mark.index)
      if (mark.of === 'way') return ways[mark.index]?.affiliate === eyes.index
      return mark.of === 'affiliate' && mark.index === eyes.index
  }
}

/** All twelve, as they are named in what a test says. */
export const allEyes: readonly Eyes[] = [0, 1].flatMap((tenant) => [
  { tenant, role: 'ADMIN' as const, index: 0 },
  { tenant, role: 'ANALYST' as const, index: 0 },
  ...[0, 1].map((index) => ({ tenant, role: 'ADVERTISER' as const, index })),
  ...[0, 1].map((index) => ({ tenant, role: 'AFFILIATE' as const, index })),
])

export const nameOf = ({ tenant, role, index }: Eyes): string => `${role} ${index} of workspace ${tenant}`
