import { Field, InputType } from 'type-graphql'

@InputType('CreateAdvertiserInput')
export class CreateAdvertiserInput {
  @Field(() => String, { description: '1 to 200 characters.' })
  name!: string

  @Field(() => String, {
    nullable: true,
    description: 'Whose names the postback parameters have; default `canonical`.',
  })
  preset?: string | null

  @Field(() => [String], {
    nullable: true,
    description:
      'Addresses and ranges that postbacks may come from: `203.0.113.7`, `2001:db8::/32`; at most 100. Default: any.',
  })
  allowedIps?: string[] | null
}

@InputType('UpdateAdvertiserInput', {
  description: 'What is left out stays. An ADVERTISER may change its own `preset` and `requireSignature` only.',
})
export class UpdateAdvertiserInput {
  @Field(() => String, { nullable: true })
  name?: string | null

  @Field(() => String, { nullable: true })
  preset?: string | null

  @Field(() => [String], { nullable: true, description: 'Replaces the list; empty: postbacks may come from anywhere.' })
  allowedIps?: string[] | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Postbacks must be signed; a token alone is refused. CONFLICT while there is no signing key.',
  })
  requireSignature?: boolean | null
}
