import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql'
import { CodedError } from '../kernel/errors.js'

/** What an operation may be, before anything is executed. Fragments count wherever they are spread. */
export const maxTokens = 5_000
const maxDepth = 15
const maxAliases = 50
const maxRootFields = 30
const maxFields = 1_000

interface Size {
  readonly depth: number
  /** Fields at the topmost level. */
  readonly width: number
  readonly aliases: number
  readonly fields: number
}

const nothing: Size = { depth: 0, width: 0, aliases: 0, fields: 0 }

/** A validation rule that refuses operations that nest too deep or ask for too much at once. */
export function limitsRule(context: ValidationContext): ASTVisitor {
  const measure = createMeasure((name) => context.getFragment(name))
  return {
    OperationDefinition(operation: OperationDefinitionNode) {
      const { depth, width, aliases, fields } = measure(operation.selectionSet)
      const refuse = (what: string, count: number, most: number) => {
        if (count <= most) return
        const originalError = new CodedError('TOO_COMPLEX', `The operation has ${what} of ${most} at most.`)
        context.reportError(new GraphQLError(originalError.message, { nodes: operation, originalError }))
      }
      refuse('a depth', depth, maxDepth)
      refuse('a number of aliases', aliases, maxAliases)
      refuse('a number of fields', fields, maxFields)
      refuse('a number of root fields', width, maxRootFields)
    },
  }
}

/** Measures each fragment once, so that fragments that spread fragments cost no more than their text. */
function createMeasure(fragmentOf: (name: string) => FragmentDefinitionNode | null | undefined) {
  const measured = new Map<string, Size>()

  function measureFragment(name: string): Size {
    const known = measured.get(name)
    if (known !== undefined) return known
    // A fragment within itself counts nothing here; another rule refuses it.
    measured.set(name, nothing)
    const fragment = fragmentOf(name)
    const size = fragment == null ? nothing : measure(fragment.selectionSet)
    measured.set(name, size)
    return size
  }

  function measure(selectionSet: SelectionSetNode): Size {
    let { depth, width, aliases, fields } = nothing
    for (const selection of selectionSet.selections) {
      let size = nothing
      if (selection.kind === Kind.FIELD) {
        // graphql-js itself limits how deep introspection goes.
        const isLeaf = selection.selectionSet === undefined || selection.name.value.startsWith('__')
        const inner = isLeaf ? nothing : measure(selection.selectionSet)
        const alias = selection.alias === undefined ? 0 : 1
        size = { depth: inner.depth + 1, width: 1, aliases: inner.aliases + alias, fields: inner.fields + 1 }
      } else if (selection.kind === Kind.INLINE_FRAGMENT) size = measure(selection.selectionSet)
      else size = measureFragment(selection.name.value)
      depth = Math.max(depth, size.depth)
      width += size.width
      aliases += size.aliases
      fields += size.fields
    }
    return { depth, width, aliases, fields }
  }

  return measure
}
