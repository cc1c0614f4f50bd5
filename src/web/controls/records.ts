import type { TypedDocumentNode } from '@apollo/client'
import { skipToken, useQuery } from '@apollo/client/react'
import {
  AdvertiserNameDocument,
  AffiliateNameDocument,
  CampaignNameDocument,
  FindAdvertisersDocument,
  FindAffiliatesDocument,
  FindCampaignsDocument,
} from '../generated/controls/records'

/** Records that have names. */
export type RecordKind = 'campaign' | 'affiliate' | 'advertiser'

interface Named {
  readonly id: string
  readonly name: string
}
type Found = { readonly page: { readonly nodes: readonly Named[] } }
type Name = { readonly record: Named | null }

const finds: Record<RecordKind, TypedDocumentNode<Found, { search: string; first: number }>> = {
  campaign: FindCampaignsDocument,
  affiliate: FindAffiliatesDocument,
  advertiser: FindAdvertisersDocument,
}
const names: Record<RecordKind, TypedDocumentNode<Name, { id: string }>> = {
  campaign: CampaignNameDocument,
  affiliate: AffiliateNameDocument,
  advertiser: AdvertiserNameDocument,
}

const foundAtMost = 50
const longestSearch = 100

/** The first of those whose name has this text in it, and of all for an empty one. No kind: nothing is asked. */
export function useRecords(kind: RecordKind | null, text: string) {
  const variables = { search: text.trim().slice(0, longestSearch), first: foundAtMost }
  return useQuery(finds[kind ?? 'campaign'], kind === null ? skipToken : { variables })
}

/** One of them by its id; null until it is known, and where it is nobody's that the viewer sees. */
export function useRecord(kind: RecordKind, id: string | null): Named | null {
  const { data } = useQuery(names[kind], id === null ? skipToken : { variables: { id }, fetchPolicy: 'cache-first' })
  // Where nothing is asked any more, what was answered before stays.
  return (id !== null && data?.record) || null
}
