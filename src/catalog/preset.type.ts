import { Field, ObjectType } from 'type-graphql'
import type { ConversionStatus, Preset } from '../kernel/vocabulary.js'
import { ConversionStatusEnum } from './enums.type.js'

@ObjectType('PresetParameter', { simpleResolvers: true, description: 'What a preset calls a parameter of a postback.' })
export class PresetParameterType {
  @Field(() => String, { description: 'Our own name: `click_id`, `txid`, `amount`.' })
  parameter!: string

  @Field(() => [String], { description: "The sender's names, its own first; empty where it has no way to say it." })
  names!: readonly string[]
}

@ObjectType('PresetStatus', { simpleResolvers: true, description: 'What a preset calls a status.' })
export class PresetStatusType {
  @Field(() => ConversionStatusEnum)
  status!: ConversionStatus

  @Field(() => [String], { description: 'In lower case; they are read in any.' })
  words!: string[]
}

@ObjectType('Preset', { simpleResolvers: true, description: 'How a kind of sender says what is in its postbacks.' })
export class PresetType {
  @Field(() => String, { description: "An advertiser's `preset`: `canonical`, or a tracker such as `voluum`." })
  name!: Preset

  @Field(() => [PresetParameterType])
  parameters!: PresetParameterType[]

  @Field(() => [PresetStatusType])
  statuses!: PresetStatusType[]

  @Field(() => String, {
    description:
      'What follows the token in a `postbackUrl`: `cid={externalid}&payout={payout}`. The sender fills it in.',
  })
  postbackParameters!: string
}
