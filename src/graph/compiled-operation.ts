import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql'
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js'
import { getFieldDef } from 'graphql/execution/execute.js'

/**
 * An operation that is read once for all its executions: which fields each kind of object in its answer has, and what
 * becomes of their values. graphql-js finds that out again for each object of each answer. Nothing here depends on the
 * variables but for those in `@skip` and `@include`; an operation with such has a selection for each of their cases.
 *
 * What an object is asked is read when the first such object comes, as graphql-js does it: fragments within fragments
 * can name far more than there will ever be.
 */
export interface Selection {
  readonly fields: readonly CompiledField[]
  /** What the answer will have for it, yet with null in all places. */
  readonly empty: Readonly<Holder>
}

export interface CompiledField {
  /** Its name in the answer. */
  readonly key: string
  readonly definition: GraphQLField<unknown, unknown>
  readonly parentType: GraphQLObjectType
  readonly nodes: readonly FieldNode[]
  readonly shape: Shape
}

/** What a value becomes in the answer. */
export type Shape = { readonly isNullable: boolean } & (
  | { readonly kind: 'leaf'; readonly type: GraphQLLeafType }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'object'; readonly selection: () => Selection }
)

/** An object or a list of the answer. */
export type Holder = Record<string | number, unknown>

/** Variables by name, coerced. */
export type Values = Readonly<Record<string, unknown>>

export type Compile = (document: DocumentNode, operation: OperationDefinitionNode, values: Values) => () => Selection

const maxCases = 32

/** Remembers what it has read for as long as the document is remembered by whoever parsed it. */
export function createCompile(schema: GraphQLSchema): Compile {
  assertPlain(schema)
  const compiled = new WeakMap<OperationDefinitionNode, Compiled>()

  return (document, operation, values) => {
    let known = compiled.get(operation)
    if (known === undefined) {
      known = { conditions: findConditions(document), cases: new Map() }
      compiled.set(operation, known)
    }
    const { conditions, cases } = known
    const key = conditions.map((name) => String(values[name])).join()
    let selection = cases.get(key)
    if (selection === undefined) {
      if (cases.size === maxCases) cases.clear()
      selection = readOperation(schema, document, operation, pick(values, conditions))
      cases.set(key, selection)
    }
    return selection
  }
}

interface Compiled {
  /** The variables that decide what is left out. */
  readonly conditions: readonly string[]
  readonly cases: Map<string, () => Selection>
}

/** What the API has no use for is not written here; who brings it in is told so at the start. */
function assertPlain(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type) || (isObjectType(type) && type.isTypeOf != null)) {
      throw new Error(`${type.name}: interfaces, unions and isTypeOf are not executed here`)
    }
  }
}

function findConditions(document: DocumentNode): string[] {
  const names = new Set<string>()
  visit(document, {
    Directive(directive: DirectiveNode) {
      for (const { value } of directive.arguments ?? []) {
        if (value.kind === Kind.VARIABLE) names.add(value.name.value)
      }
    },
  })
  return [...names]
}

const pick = (values: Values, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]))

function readOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  values: Record<string, unknown>,
): () => Selection {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
  }

  function toSelection(parentType: GraphQLObjectType, collected: Map<string, readonly FieldNode[]>): Selection {
    const fields: CompiledField[] = []
    for (const [key, nodes] of collected) {
      const definition = getFieldDef(schema, parentType, nodes[0] as FieldNode)
      if (definition != null)
        fields.push({ key, definition, parentType, nodes, shape: toShape(definition.type, nodes) })
    }
    return { fields, empty: Object.fromEntries(fields.map(({ key }) => [key, null])) }
  }

  function toShape(type: GraphQLOutputType, nodes: readonly FieldNode[]): Shape {
    const isNullable = !isNonNullType(type)
    const bare = isNonNullType(type) ? type.ofType : type
    if (isLeafType(bare)) return { kind: 'leaf', isNullable, type: bare }
    if (isListType(bare)) return { kind: 'list', isNullable, item: toShape(bare.ofType, nodes) }
    if (!isObjectType(bare)) throw new Error(`${bare} was let in as plain`)
    const selection = once(() => toSelection(bare, collectSubfields(schema, fragments, values, bare, nodes)))
    return { kind: 'object', isNullable, selection }
  }

  const root = schema.getRootType(operation.operation)
  if (root == null) throw new Error(`a ${operation.operation} was accepted without its type`)
  return once(() => toSelection(root, collectFields(schema, fragments, values, root, operation.selectionSet)))
}

function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined
  return () => {
    made ??= make()
    return made
  }
}
