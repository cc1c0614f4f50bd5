import { useApolloClient } from '@apollo/client/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { ReportMovesDocument } from '../generated/reports/reports'
import { useLive } from '../graph/use-live'
import { type Answer, type Asked, askReport } from './ask-report'

const everyMs = 1_000

/**
 * The answer to what is asked. While another one is on its way, the last one stays. Live, the subscription tells when a
 * figure moved, and everything is read again: table, chart and comparison are never of two states of the books.
 */
export function useReport(asked: Asked, isLive: boolean) {
  const client = useApolloClient()
  const [answer, setAnswer] = useState<Answer | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isReading, setReading] = useState(true)
  const latest = useRef<{ question: string; answer: Answer } | null>(null)
  const running = useRef<AbortController | null>(null)
  const question = JSON.stringify(asked)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `question` is all of what is asked
  const read = useCallback(async () => {
    running.current?.abort()
    const own = new AbortController()
    running.current = own
    setReading(true)
    const known = latest.current?.question === question ? latest.current.answer.plan : null
    try {
      const found = await askReport(client, asked, known, own.signal)
      if (own.signal.aborted) return
      latest.current = { question, answer: found }
      setAnswer(found)
      setError(null)
    } catch (failure) {
      if (own.signal.aborted) return
      setError(failure)
    }
    running.current = null
    setReading(false)
  }, [client, question])

  useEffect(() => {
    void read()
    return () => running.current?.abort()
  }, [read])

  /** What moves while an answer is on its way is read when that has come. */
  const moved = useRef(false)
  const { error: lost, restart } = useLive(
    ReportMovesDocument,
    { query: asked.table, everyMs },
    {
      skip: !isLive,
      ignoreResults: true,
      onData({ data: { data } }) {
        if (data === undefined || data.performance.asOf === latest.current?.answer.data.table.asOf) return
        if (running.current === null) void read()
        else moved.current = true
      },
    },
  )
  useEffect(() => {
    if (isReading || !moved.current) return
    moved.current = false
    void read()
  }, [isReading, read])

  return {
    answer,
    error: error ?? lost ?? null,
    isReading,
    isCurrent: JSON.stringify(answer?.asked) === question,
    refresh() {
      if (lost !== undefined) restart()
      void read()
    },
  }
}
