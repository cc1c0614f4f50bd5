import { Field, Int, ObjectType } from 'type-graphql'

@ObjectType('EraseResult', {
  simpleResolvers: true,
  description: 'How many of each had something to erase; all 0 where nothing was found, or nothing was left.',
})
export class EraseResultType {
  @Field(() => Int)
  clicks!: number

  @Field(() => Int)
  conversions!: number

  @Field(() => Int)
  receipts!: number
}
