import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { CodedError } from '../kernel/errors.js'

const maxRecords = 50_000

type Variables = Readonly<Record<string, unknown>>

/**
 * Refuses an operation that may read too many records: the pages that it asks for, each times the pages around it.
 * The document has been validated, so its fragments end.
 */
export function assertAffordable(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables = {},
): void {
  const root = schema.getRootType(operation.operation)
  if (root == null) return
  const records = countRecords(document, operation, root, variables)
  if (records > maxRecords) {
    throw new CodedError(
      'TOO_COMPLEX',
      `This may read ${records} records, ${maxRecords} are allowed: ask for less with first.`,
      'first',
    )
  }
}

function countRecords(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  root: GraphQLObjectType,
  variables: Variables,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const counted = new Map<string, number>()

  function countFragment(name: string, parent: GraphQLObjectType): number {
    const known = counted.get(name)
    if (known !== undefined) return known
    const fragment = fragments.get(name)
    const count = fragment === undefined ? 0 : countSet(fragment.selectionSet, parent)
    counted.set(name, count)
    return count
  }

  function countSet(selectionSet: SelectionSetNode, parent: GraphQLObjectType): number {
    let count = 0
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) count += countField(selection, parent)
      else if (selection.kind === Kind.INLINE_FRAGMENT) count += countSet(selection.selectionSet, parent)
      else count += countFragment(selection.name.value, parent)
    }
    return count
  }

  function countField(node: FieldNode, parent: GraphQLObjectType): number {
    const field = parent.getFields()[node.name.value]
    const type = field && getNamedType(field.type)
    if (field === undefined || !isObjectType(type) || node.selectionSet === undefined) return 0
    const inner = countSet(node.selectionSet, type)
    const first = firstOf(node, field, operation, variables)
    return first === null ? inner : first * (1 + inner)
  }

  return countSet(operation.selectionSet, root)
}

/** How many records a field asks for; null where it is no list with pages. */
function firstOf(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  operation: OperationDefinitionNode,
  variables: Variables,
): number | null {
  const argument = field.args.find(({ name }) => name === 'first')
  if (argument === undefined) return null
  const value = node.arguments?.find(({ name }) => name.value === 'first')?.value
  const given = value?.kind === Kind.VARIABLE ? variableOf(value.name.value, operation, variables) : undefined
  const first = value?.kind === Kind.INT ? Number(value.value) : (given ?? argument.defaultValue)
  // Less than nothing must not make room for more elsewhere.
  return Math.max(0, Number(first) || 0)
}

function variableOf(name: string, operation: OperationDefinitionNode, variables: Variables): unknown {
  if (variables[name] !== undefined) return variables[name]
  const fallback = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name)?.defaultValue
  return fallback?.kind === Kind.INT ? Number(fallback.value) : undefined
}
