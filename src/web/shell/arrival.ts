import { createContext, useState } from 'react'
import { useLocation } from 'wouter'

/** Whether whoever sees this view has come to it from another one; on the first, the browser's own start is better. */
export const ArrivalContext = createContext(false)

export function useArrival(): boolean {
  const [path] = useLocation()
  const [first] = useState(path)
  const [hasMoved, setMoved] = useState(false)
  if (!hasMoved && path !== first) setMoved(true)
  return hasMoved
}
