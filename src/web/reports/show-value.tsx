import { useQuery } from '@apollo/client/react'
import { type KeysFragment, type LinkNameFragment, RecordNameDocument } from '../generated/reports/reports'
import type { Dimension } from './dimensions'
import classes from './reports.module.css'

const countries = new Intl.DisplayNames(undefined, { type: 'region', fallback: 'none' })
const statuses: Readonly<Record<string, string>> = {
  PENDING: 'Pending',
  APPROVED: 'Approved',
  REJECTED: 'Rejected',
  REVERSED: 'Reversed',
}

const ofNone: Readonly<Partial<Record<Dimension, string>>> = {
  LINK: 'without a link',
  EVENT: 'no conversion',
  STATUS: 'no conversion',
}

/** A value as people know it, where no record has to be looked up for that; null for what has none. */
export function nameOfValue(dimension: Dimension, value: string): string | null {
  if (value === '') return null
  if (dimension === 'STATUS') return statuses[value] ?? value
  if (dimension === 'COUNTRY') return nameOfCountry(value)
  return value
}

function nameOfCountry(code: string): string {
  // What is no code at all throws.
  const name = /^[A-Z]{2}$/.test(code) ? countries.of(code) : undefined
  return name === undefined ? code : `${name} (${code})`
}

export const nameOfNone = (dimension: Dimension): string => ofNone[dimension] ?? 'not set'

/** A row's value in a dimension, by the names that came with it. */
export function nameInRow(dimension: Dimension, value: string, names: KeysFragment): string | null {
  if (value === '') return null
  switch (dimension) {
    case 'CAMPAIGN':
      return names.campaign?.name ?? value
    case 'ADVERTISER':
      return names.advertiser?.name ?? value
    case 'AFFILIATE':
      return names.affiliate?.name ?? value
    case 'LINK':
      return names.link == null ? value : nameOfLink(names.link)
    default:
      return nameOfValue(dimension, value)
  }
}

/** Links have no names; two of one affiliate to one campaign differ in the end of their ids. */
const nameOfLink = ({ id, campaign, affiliate }: LinkNameFragment): string =>
  `${campaign.name} · ${affiliate.name} · …${id.slice(-4)}`

/** A value by its name, wherever it is named by itself: in a filter, or on the way back. */
export function ValueName({ dimension, value }: { dimension: Dimension; value: string }) {
  const name = useNameOfValue(dimension, value)
  return name === null ? <span className={classes.none}>{nameOfNone(dimension)}</span> : name
}

export function useNameOfValue(dimension: Dimension, value: string): string | null {
  const asked = {
    id: value,
    isCampaign: dimension === 'CAMPAIGN',
    isAffiliate: dimension === 'AFFILIATE',
    isAdvertiser: dimension === 'ADVERTISER',
    isLink: dimension === 'LINK',
  }
  const isRecord = asked.isCampaign || asked.isAffiliate || asked.isAdvertiser || asked.isLink
  const { data } = useQuery(RecordNameDocument, {
    variables: asked,
    skip: !isRecord || value === '',
    fetchPolicy: 'cache-first',
  })
  if (!isRecord || value === '') return nameOfValue(dimension, value)
  if (data === undefined) return '…'
  if (data.link != null) return nameOfLink(data.link)
  return (data.campaign ?? data.affiliate ?? data.advertiser)?.name ?? `unknown ${value}`
}
