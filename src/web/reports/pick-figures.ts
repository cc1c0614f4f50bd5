import type { TypedDocumentNode } from '@apollo/client'
import { type DefinitionNode, type DocumentNode, Kind, type SelectionNode } from 'graphql'
import type { MetricName } from '../figures/metrics'

/** Which figures each fragment of a document is to ask for. */
export type PickedFigures = Readonly<Record<string, readonly MetricName[]>>

/** The same document, asking in these fragments for these figures only: ten thousand rows are not for nothing. */
export function pickFigures<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  picked: PickedFigures,
): TypedDocumentNode<Data, Variables> {
  const definitions = document.definitions.flatMap((definition): DefinitionNode[] => {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) return [definition]
    if (definition.name.value === 'AllFigures') return []
    const metrics = picked[definition.name.value]
    if (metrics === undefined) return [definition]
    return [{ ...definition, selectionSet: { kind: Kind.SELECTION_SET, selections: metrics.map(toField) } }]
  })
  const less: DocumentNode = { ...document, definitions }
  return less as TypedDocumentNode<Data, Variables> // figures that are not asked for are not read
}

const toField = (name: MetricName): SelectionNode => ({ kind: Kind.FIELD, name: { kind: Kind.NAME, value: name } })
