import { createContext, use, useSyncExternalStore } from 'react'
import type { ConnectionState } from './connection'
import type { Graph } from './create-graph'

export const GraphContext = createContext<Graph | null>(null)

export function useGraph(): Graph {
  const graph = use(GraphContext)
  if (graph === null) throw new Error('nobody is signed in')
  return graph
}

export function useConnectionState(): ConnectionState {
  const { connection } = useGraph()
  return useSyncExternalStore(connection.subscribe, connection.state)
}
