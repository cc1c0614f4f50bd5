import { type GraphQLSchema, isObjectType } from 'graphql'
import { type ClassType, getMetadataStorage } from 'type-graphql'

/**
 * Lets fields whose resolver takes no more than the object and the context call it with just these. type-graphql finds
 * out anew for each call what any parameter may want; a list has hundreds of such fields, and for them that took longer
 * than all the rest of executing.
 */
export function callDirectly(schema: GraphQLSchema, resolvers: readonly ClassType[]): void {
  const { fieldResolvers, objectTypes } = getMetadataStorage()
  const typeNames = new Map<unknown, string>(objectTypes.map(({ target, name }) => [target, name]))
  const instances = new Map<unknown, object>(resolvers.map((Resolver) => [Resolver, new Resolver()]))

  for (const { target, methodName, schemaName, getObjectType, params, middlewares, roles } of fieldResolvers) {
    const instance = instances.get(target)
    const type = schema.getType(typeNames.get(getObjectType?.()) ?? '')
    const field = isObjectType(type) ? type.getFields()[schemaName] : undefined
    const taken = whatItTakes(params)
    if (instance === undefined || field === undefined || taken === null) continue
    if (roles !== undefined || (middlewares ?? []).length > 0) continue
    const method: (first: unknown, second: unknown) => unknown = Reflect.get(instance, methodName)
    const [first, second] = taken
    field.resolve = (root, _args, context) =>
      method.call(instance, first === 'root' ? root : context, second === 'root' ? root : context)
  }
}

type Params = ReturnType<typeof getMetadataStorage>['fieldResolvers'][number]['params']

/** In order; null where it takes anything but the whole object and the whole context, once each. */
function whatItTakes(params: Params = []): readonly ('root' | 'context')[] | null {
  if (params.length > 2) return null
  const kinds: ('root' | 'context')[] = []
  for (const param of params) {
    if (param.kind !== 'root' && param.kind !== 'context') return null
    if (param.propertyName !== undefined || (param.kind === 'root' && param.getType !== undefined)) return null
    kinds[param.index] = param.kind
  }
  return kinds
}
