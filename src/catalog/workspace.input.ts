import { Field, InputType } from 'type-graphql'

@InputType('UpdateWorkspaceInput', {
  description: 'What is left out stays. Currency and time zone are what the books are kept in, and stay as they are.',
})
export class UpdateWorkspaceInput {
  @Field(() => String, { nullable: true, description: '1 to 200 characters.' })
  name?: string | null
}
