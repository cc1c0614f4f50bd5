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
export interface OperationLimits {
  /** Of the document's text. */
  readonly maxTokens: number
  readonly maxDepth: number
  readonly maxAliases: number
  /** Fields at the topmost level. */
  readonly maxRootFields: number
  readonly maxFields: number
  readonly maxDirectives: number
  /** What may be read: the pages and the rows of reports that are asked for, each times the pages around it. */
  readonly maxRecords: number
}

export const operationLimits: OperationLimits = {
  maxTokens: 5_000,
  maxDepth: 15,
  maxAliases: 50,
  maxRootFields: 30,
  maxFields: 1_000,
  maxDirectives: 50,
  maxRecords: 100_000,
}

interface Size {
  readonly depth: number
  /** Fields at the topmost level. */
  readonly width: number
  readonly aliases: number
  readonly fields: number
  readonly directives: number
}

const nothing: Size = { depth: 0, width: 0, aliases: 0, fields: 0, directives: 0 }

/** A validation rule that refuses operations that nest too deep or ask for too much at once. */
export const createLimitsRule =
  (limits: OperationLimits) =>
  (context: ValidationContext): ASTVisitor => {
    const measure = createMeasure((name) => context.getFragment(name))
    return {
      OperationDefinition(operation: OperationDefinitionNode) {
        const { depth, width, aliases, fields, directives } = measure(operation.selectionSet)
        const refuse = (what: string, count: number, most: number) => {
          if (count <= most) return
          const originalError = new CodedError('TOO_COMPLEX', `The operation has ${what} of ${most} at most.`)
          context.reportError(new GraphQLError(originalError.message, { nodes: operation, originalError }))
        }
        refuse('a depth', depth, limits.maxDepth)
        refuse('a number of aliases', aliases, limits.maxAliases)
        refuse('a number of fields', fields, limits.maxFields)
        refuse('a number of root fields', width, limits.maxRootFields)
        refuse('a number of directives', directives + countDirectives(operation), limits.maxDirectives)
      },
    }
  }

const countDirectives = ({ directives }: { readonly directives?: readonly unknown[] | undefined }): number =>
  directives?.length ?? 0

/** Measures each fragment once, so that fragments that spread fragments cost no more than their text. */
function createMeasure(fragmentOf: (name: string) => FragmentDefinitionNode | null | undefined) {
  const measured = new Map<string, Size>()

  function measureFragment(name: string): Size {
    const known = measured.get(name)
    if (known !== undefined) return known
    // A fragment within itself counts nothing here; another rule refuses it.
    measured.set(name, nothing)
    const fragment = fragmentOf(name)
    const size = fragment == null ? nothing : withOwn(fragment, measure(fragment.selectionSet))
    measured.set(name, size)
    return size
  }

  function measure(selectionSet: SelectionSetNode): Size {
    let { depth, width, aliases, fields, directives } = nothing
    for (const selection of selectionSet.selections) {
      let size = nothing
      if (selection.kind === Kind.FIELD) {
        // graphql-js itself limits how deep introspection goes.
        const isLeaf = selection.selectionSet === undefined || selection.name.value.startsWith('__')
        const inner = isLeaf ? nothing : measure(selection.selectionSet)
        const alias = selection.alias === undefined ? 0 : 1
        size = { ...inner, depth: inner.depth + 1, width: 1, aliases: inner.aliases + alias, fields: inner.fields + 1 }
      } else if (selection.kind === Kind.INLINE_FRAGMENT) size = measure(selection.selectionSet)
      else size = measureFragment(selection.name.value)
      depth = Math.max(depth, size.depth)
      width += size.width
      aliases += size.aliases
      fields += size.fields
      directives += size.directives + countDirectives(selection)
    }
    return { depth, width, aliases, fields, directives }
  }

  return measure
}

const withOwn = (fragment: FragmentDefinitionNode, inside: Size): Size => ({
  ...inside,
  directives: inside.directives + countDirectives(fragment),
})
