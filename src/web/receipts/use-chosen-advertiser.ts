import { useCallback } from 'react'
import { useSearchParams } from 'wouter'
import { useViewer } from '../graph/use-viewer'

/** Whose receipts are shown: an advertiser's own; for those who see many, that of the address, or null. */
export function useChosenAdvertiser() {
  const { advertiser } = useViewer()
  const [parameters, setParameters] = useSearchParams()
  const choose = useCallback(
    (id: string | null) =>
      setParameters(
        (before) => {
          const after = new URLSearchParams(before)
          if (id === null) after.delete('advertiser')
          else after.set('advertiser', id)
          return after
        },
        { replace: true },
      ),
    [setParameters],
  )
  return { id: advertiser?.id ?? parameters.get('advertiser'), choose }
}
