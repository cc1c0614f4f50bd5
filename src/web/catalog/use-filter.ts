import { useDebouncedCallback } from '@mantine/hooks'
import { useState } from 'react'
import { useSearchParams } from 'wouter'

/** Something that a list is narrowed down by. It stands in the address, so that it can be sent to somebody. */
export function useFilter(name: string): [string, (value: string) => void] {
  const [parameters, setParameters] = useSearchParams()
  function set(value: string): void {
    setParameters(
      (before) => {
        const after = new URLSearchParams(before)
        if (value === '') after.delete(name)
        else after.set(name, value)
        return after
      },
      { replace: true },
    )
  }
  return [parameters.get(name) ?? '', set]
}

const typingMs = 250

/** As `useFilter`, for what is typed: what is asked for follows when the typing rests. */
export function useSearchFilter(): { asked: string; typed: string; type: (text: string) => void } {
  const [asked, ask] = useFilter('search')
  const [typed, setTyped] = useState(asked)
  const askSoon = useDebouncedCallback((text: string) => ask(text.trim()), typingMs)
  return {
    asked,
    typed,
    type(text) {
      setTyped(text)
      askSoon(text)
    },
  }
}
