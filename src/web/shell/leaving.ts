import { createContext, use } from 'react'
import { navigate } from 'wouter/use-browser-location'

/** Keeps a view where it is for as long as something in it would be lost. */
export interface Leaving {
  /** From now on `ask` is called in place of leaving, with what would leave after all. Gives what ends it. */
  hold(ask: (leave: () => void) => void): () => void
}

/**
 * To be made before the router listens: a Back has already happened when it is told of, so the address is put back before
 * anybody sees that it changed. Closing the page is asked about in the browser's own words.
 */
export function createLeaving(): Leaving {
  let held: { readonly address: string; readonly ask: (leave: () => void) => void } | null = null
  let isGoingBack = false

  window.addEventListener('popstate', (event) => {
    if (held === null || isGoingBack) {
      isGoingBack = false
      return
    }
    event.stopImmediatePropagation()
    history.pushState(null, '', held.address)
    held.ask(() => {
      isGoingBack = true
      history.back()
    })
  })

  function guardLink(event: MouseEvent): void {
    const path = pathLedTo(event)
    if (path === null) return
    event.preventDefault()
    event.stopPropagation()
    held?.ask(() => navigate(path))
  }

  return {
    hold(ask) {
      held = { address: location.href, ask }
      const ended = new AbortController()
      const { signal } = ended
      document.addEventListener('click', guardLink, { capture: true, signal })
      window.addEventListener('beforeunload', (event) => event.preventDefault(), { signal })
      return () => {
        held = null
        ended.abort()
      }
    },
  }
}

/** Where a click leads within the page; null where it leads nowhere, or leaves this view open. */
function pathLedTo({ target, button, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): string | null {
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href]') : null
  if (link === null || button !== 0 || ctrlKey || metaKey || shiftKey || altKey || link.target === '_blank') return null
  const isWithinView = link.getAttribute('href')?.startsWith('#') === true
  return isWithinView || link.origin !== location.origin ? null : `${link.pathname}${link.search}${link.hash}`
}

export const LeavingContext = createContext<Leaving | null>(null)

export function useLeaving(): Leaving {
  const leaving = use(LeavingContext)
  if (leaving === null) throw new Error('nobody watches over leaving')
  return leaving
}
