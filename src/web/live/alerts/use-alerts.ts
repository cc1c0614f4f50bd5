import { useCallback, useEffect, useRef, useState } from 'react'
import { type Formats, useFormats } from '../../figures/formats'
import { useViewer } from '../../graph/use-viewer'
import { describeChange } from '../feed/change-mark'
import type { LiveChange } from '../feed/row'
import { createTone } from './create-tone'
import { type Gathering, gather } from './gather'

const toneEveryMs = 1_000
const noticeEveryMs = 5_000

export type NoticeState = 'off' | 'on' | 'refused'

export interface Alerts {
  readonly isToneOn: boolean
  readonly notices: NoticeState
  /** Browsers have notifications on safe origins only. */
  readonly canNotify: boolean
  toggleTone(): void
  toggleNotices(): Promise<void>
  /** To be told of each change. */
  readonly hear: (change: LiveChange) => void
}

/** A tone for those beside the screen, notifications for those in another tab; off until somebody wants them. */
export function useAlerts(): Alerts {
  const { workspace } = useViewer()
  const formats = useFormats()
  const [isToneOn, setToneOn] = useState(false)
  const [notices, setNotices] = useState<NoticeState>('off')
  const listeners = useRef(new Set<Gathering<LiveChange>>())

  useEffect(() => {
    if (!isToneOn) return
    const tone = createTone()
    // So that one knows what it sounds like.
    tone.play()
    const sounding = listen(listeners.current, toneEveryMs, tone.play)
    return () => {
      sounding()
      tone.close()
    }
  }, [isToneOn])

  useEffect(() => {
    if (notices !== 'on') return
    return listen(listeners.current, noticeEveryMs, (count, latest) => {
      if (document.visibilityState === 'hidden') notify(workspace.name, describe(count, latest, formats))
    })
  }, [notices, workspace.name, formats])

  return {
    isToneOn,
    notices,
    canNotify: 'Notification' in window,
    toggleTone: () => setToneOn(!isToneOn),
    async toggleNotices() {
      if (notices === 'on') return setNotices('off')
      setNotices((await Notification.requestPermission()) === 'granted' ? 'on' : 'refused')
    },
    hear: useCallback((change) => {
      for (const listener of listeners.current) listener.add(change)
    }, []),
  }
}

function listen(
  listeners: Set<Gathering<LiveChange>>,
  everyMs: number,
  tell: (count: number, latest: LiveChange) => void,
): () => void {
  const gathering = gather(everyMs, tell)
  listeners.add(gathering)
  return () => {
    listeners.delete(gathering)
    gathering.stop()
  }
}

function describe(count: number, { kind, status, revenue, payout, conversion }: LiveChange, formats: Formats): string {
  const money = revenue ?? payout
  const parts = [describeChange(kind, status), conversion.campaign.name, money === null ? null : formats.money(money)]
  const latest = parts.filter((part) => part !== null).join(' · ')
  return count === 1 ? latest : `${formats.count(count)} changes, the latest: ${latest}`
}

/** One of a kind: a newer one takes the older one's place. */
function notify(title: string, body: string): void {
  const notification = new Notification(title, { body, tag: 'pulseback-live' })
  notification.onclick = () => window.focus()
}
