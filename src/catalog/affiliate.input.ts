import { Field, InputType } from 'type-graphql'
import type { AffiliateStatus } from '../kernel/vocabulary.js'
import { AffiliateStatusEnum } from './enums.type.js'

@InputType('CreateAffiliateInput')
export class CreateAffiliateInput {
  @Field(() => String, { description: '1 to 200 characters.' })
  name!: string

  @Field(() => String, {
    nullable: true,
    description: '1 to 64 of `A-Z a-z 0-9 . _ -`, unique in the workspace. Default: made from the name.',
  })
  ref?: string | null
}

@InputType('UpdateAffiliateInput', { description: 'What is left out stays.' })
export class UpdateAffiliateInput {
  @Field(() => String, { nullable: true })
  name?: string | null

  @Field(() => AffiliateStatusEnum, { nullable: true })
  status?: AffiliateStatus | null
}
