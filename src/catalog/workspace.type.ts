import { Field, ID, ObjectType } from 'type-graphql'
import type { WorkspaceId } from '../kernel/ids.js'
import { Currency, TimeZone } from '../kernel/scalars.js'

@ObjectType('Workspace', { simpleResolvers: true, description: 'The tenant: everything belongs to exactly one.' })
export class WorkspaceType {
  @Field(() => ID, { description: '`wsp_…`' })
  id!: WorkspaceId

  @Field(() => String)
  name!: string

  @Field(() => Currency, { description: 'What revenue, payout and all figures are in.' })
  currency!: string

  @Field(() => TimeZone, { description: 'Whose days reports have where they name no other.' })
  timeZone!: string
}
