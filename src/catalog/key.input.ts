import { Field, ID, InputType } from 'type-graphql'
import type { Role } from '../kernel/vocabulary.js'
import { RoleEnum } from './enums.type.js'

@InputType('CreateKeyInput')
export class CreateKeyInput {
  @Field(() => String, { description: 'What it is for: 1 to 200 characters.' })
  name!: string

  @Field(() => RoleEnum)
  role!: Role

  @Field(() => ID, { nullable: true, description: 'Required for ADVERTISER, otherwise absent.' })
  advertiserId?: string | null

  @Field(() => ID, { nullable: true, description: 'Required for AFFILIATE, otherwise absent.' })
  affiliateId?: string | null
}
