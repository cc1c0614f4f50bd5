import { createContext, use } from 'react'
import type { ViewerQuery } from '../generated/graph/viewer'

/** Who is signed in, and in which workspace: its name, currency and time zone. */
export type Viewer = ViewerQuery['viewer']

export const ViewerContext = createContext<Viewer | null>(null)

export function useViewer(): Viewer {
  const viewer = use(ViewerContext)
  if (viewer === null) throw new Error('nobody is signed in')
  return viewer
}
