import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql'
import { CodedError } from '../kernel/errors.js'

type Variables = Readonly<Record<string, unknown>>

/**
 * Refuses an operation that may read too many records: the pages and the rows of reports that it asks for, each times
 * the pages around it.
 * The document has been validated, so its fragments end.
 */
export function assertAffordable(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
  maxRecords: number,
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

  /** `rows`: how many rows a list in here has at most, where the field around it was asked for so many. */
  function countFragment(name: string, parent: GraphQLObjectType, rows: number | null): number {
    const known = counted.get(`${name} ${rows}`)
    if (known !== undefined) return known
    const fragment = fragments.get(name)
    const count = fragment === undefined ? 0 : countSet(fragment.selectionSet, parent, rows)
    counted.set(`${name} ${rows}`, count)
    return count
  }

  function countSet(selectionSet: SelectionSetNode, parent: GraphQLObjectType, rows: number | null): number {
    let count = 0
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) count += countField(selection, parent, rows)
      else if (selection.kind === Kind.INLINE_FRAGMENT) count += countSet(selection.selectionSet, parent, rows)
      else count += countFragment(selection.name.value, parent, rows)
    }
    return count
  }

  function countField(node: FieldNode, parent: GraphQLObjectType, rows: number | null): number {
    const field = parent.getFields()[node.name.value]
    const type = field && getNamedType(field.type)
    if (field === undefined || !isObjectType(type) || node.selectionSet === undefined) return 0
    const inner = countSet(node.selectionSet, type, rowsOf(node, field, operation, variables))
    const first = isListType(getNullableType(field.type)) ? rows : firstOf(node, field, operation, variables)
    return first === null ? inner : first * (1 + inner)
  }

  return countSet(operation.selectionSet, root, null)
}

/** How many rows a report is asked for, in its question; null where the field is no report. */
function rowsOf(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  operation: OperationDefinitionNode,
  variables: Variables,
): number | null {
  const argument = field.args.find(({ name }) => name === 'query')
  const input = argument && getNamedType(argument.type)
  const first = isInputObjectType(input) ? input.getFields().first : undefined
  if (first === undefined) return null
  const given = node.arguments?.find(({ name }) => name.value === 'query')?.value
  const value = given && valueFromASTUntyped(given, { ...defaultsOf(operation), ...variables })
  const asked = typeof value === 'object' && value !== null ? (value as { first?: unknown }).first : undefined // as JSON
  return toCount(asked ?? first.defaultValue)
}

const defaultsOf = ({ variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown> =>
  Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)]],
    ),
  )

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
  return toCount(first)
}

/** Variables may be anything as yet; and less than nothing must not make room for more elsewhere. */
const toCount = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 0)

function variableOf(name: string, operation: OperationDefinitionNode, variables: Variables): unknown {
  if (variables[name] !== undefined) return variables[name]
  const fallback = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name)?.defaultValue
  return fallback?.kind === Kind.INT ? Number(fallback.value) : undefined
}
