import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getVariableValues,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import type { Operation } from './prepare-operation.js'

/**
 * What of a subscription's document decides who gets which message. The arguments of its root field say which events;
 * what remains says how one is shown, and is executed for each event, without those arguments that may be left out: so
 * subscriptions that differ only in their filter show an event by one execution.
 */
export interface SubscriptionPlan {
  readonly field: GraphQLField<unknown, unknown>
  /** Executed for each event. */
  readonly shown: DocumentNode
  /** The same as text, in one form for all ways of writing it. */
  readonly shownText: string
  read(variables: Variables): AskedSubscription | { readonly errors: readonly GraphQLError[] }
}

export interface AskedSubscription {
  readonly arguments: Readonly<Record<string, unknown>>
  /** Where to begin; no part of the question. */
  readonly after: string | null
  /** The arguments without `after`, as text. */
  readonly argumentsText: string
  /** What `shown` needs, as it was sent. */
  readonly shownVariables: Variables
}

/** As many as are told of the variables of what is executed. */
const maxErrors = 50

export type Variables = Readonly<Record<string, unknown>>

/** Made once for a document, which the rules have passed; null where it leaves out all that it selects. */
export function planSubscription(
  schema: GraphQLSchema,
  { document, operation }: Operation,
  { hideSuggestions = false } = {},
): SubscriptionPlan | null {
  const node = rootField(document, operation.selectionSet)
  if (node === null) return null
  const field = schema.getSubscriptionType()?.getFields()[node.name.value]
  if (field === undefined) throw new Error('a subscription was accepted without its field')
  const shown = leaveOutArguments(document, operation, node, field)
  const needed = new Set(shownOperation(shown).variableDefinitions?.map(({ variable }) => variable.name.value))

  function read(variables: Variables): ReturnType<SubscriptionPlan['read']> {
    const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
      maxErrors,
      hideSuggestions,
    })
    if (errors !== undefined) return { errors }
    try {
      const { after, ...question } = getArgumentValues(field as NonNullable<typeof field>, node as FieldNode, coerced)
      const shownVariables = Object.fromEntries(Object.entries(variables).filter(([name]) => needed.has(name)))
      return {
        arguments: question,
        after: typeof after === 'string' ? after : null,
        argumentsText: JSON.stringify(question),
        shownVariables,
      }
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error] }
      throw error
    }
  }

  return { field, shown, shownText: print(shown), read }
}

/** The one field of a subscription, also where it stands in a fragment or behind others that are left out. */
function rootField(document: DocumentNode, { selections }: SelectionSetNode): FieldNode | null {
  for (const selection of selections) {
    if (isLeftOut(selection)) continue
    if (selection.kind === Kind.FIELD) return selection
    const set =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : document.definitions.filter(isFragment).find(({ name }) => name.value === selection.name.value)?.selectionSet
    const found = set === undefined ? null : rootField(document, set)
    if (found !== null) return found
  }
  return null
}

/** The rules take no variables in these directives at the root. */
const isLeftOut = (selection: SelectionNode) =>
  getDirectiveValues(GraphQLSkipDirective, selection)?.if === true ||
  getDirectiveValues(GraphQLIncludeDirective, selection)?.if === false

const isFragment = (definition: DefinitionNode) => definition.kind === Kind.FRAGMENT_DEFINITION

/** The document with this operation alone, without the root field's optional arguments and what only they need. */
function leaveOutArguments(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  root: FieldNode,
  field: GraphQLField<unknown, unknown>,
): DocumentNode {
  const isOptional = (name: string) => !isNonNullType(field.args.find((argument) => argument.name === name)?.type)
  const without: DocumentNode = visit(document, {
    OperationDefinition: (node) => (node === operation ? undefined : null),
    Field: {
      enter: (node) =>
        node === root
          ? { ...node, arguments: node.arguments?.filter(({ name }) => !isOptional(name.value)) ?? [] }
          : undefined,
    },
  })
  const used = new Set<string>()
  visit(without, {
    VariableDefinition: () => false,
    Variable: (node) => void used.add(node.name.value),
  })
  return visit(without, {
    VariableDefinition: (node) => (used.has(node.variable.name.value) ? undefined : null),
  })
}

function shownOperation(document: DocumentNode): OperationDefinitionNode {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  if (operation === undefined) throw new Error('a document lost its operation')
  return operation
}
