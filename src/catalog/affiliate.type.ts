import { Field, ID, ObjectType } from 'type-graphql'
import type { AffiliateId } from '../kernel/ids.js'
import type { AffiliateStatus } from '../kernel/vocabulary.js'
import { AffiliateStatusEnum } from './enums.type.js'
import { connectionType } from './page.type.js'

@ObjectType('Affiliate', {
  simpleResolvers: true,
  description: 'Who sends visitors, and is credited and paid for them.',
})
export class AffiliateType {
  @Field(() => ID, { description: '`aff_…`' })
  id!: AffiliateId

  @Field(() => String)
  name!: string

  @Field(() => String, {
    description: 'A short name of its own, unique in the workspace; what `{affiliate_ref}` in a destination becomes.',
  })
  ref!: string

  @Field(() => AffiliateStatusEnum)
  status!: AffiliateStatus
}

export const AffiliateConnectionType = connectionType('Affiliate', AffiliateType)
