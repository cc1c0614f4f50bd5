import { Field, ID, InputType } from 'type-graphql'
import { JSONObject } from '../kernel/scalars.js'

@InputType('CreateLinkInput', { description: 'An AFFILIATE makes its own links only, to campaigns that it sees.' })
export class CreateLinkInput {
  @Field(() => ID)
  campaignId!: string

  @Field(() => ID)
  affiliateId!: string

  @Field(() => String, { nullable: true, description: 'At most 255 bytes, as are creative, keyword and placement.' })
  source?: string | null

  @Field(() => String, { nullable: true })
  creative?: string | null

  @Field(() => String, { nullable: true })
  keyword?: string | null

  @Field(() => String, { nullable: true })
  placement?: string | null

  @Field(() => JSONObject, { nullable: true, description: '`sub1` to `sub10`, each text of at most 255 bytes.' })
  subs?: object | null

  @Field(() => String, {
    nullable: true,
    description: "Leads here instead of to the campaign's destination. ADMIN only.",
  })
  destinationUrl?: string | null
}
