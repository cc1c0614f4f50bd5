import { Field, ObjectType } from 'type-graphql'
import type { Role } from '../kernel/vocabulary.js'
import { RoleEnum } from './enums.type.js'

@ObjectType('Viewer', { simpleResolvers: true, description: 'Who is asking, and what they may see.' })
export class ViewerType {
  @Field(() => RoleEnum)
  role!: Role
}
