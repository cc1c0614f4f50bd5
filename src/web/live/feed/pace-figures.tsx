import { useEffect, useState } from 'react'
import { Explained } from '../../figures/explained'
import { useFormats } from '../../figures/formats'
import { useViewer } from '../../graph/use-viewer'
import classes from './feed-bar.module.css'
import type { Pace } from './pace'

const readEveryMs = 1_000

/** Changes and money of the last minute. */
export function PaceFigures({ pace }: { pace: Pace }) {
  const { role } = useViewer()
  const formats = useFormats()
  const [{ changes, money }, setPace] = useState(pace.read)
  useEffect(() => {
    const timer = setInterval(() => setPace(pace.read()), readEveryMs)
    return () => clearInterval(timer)
  }, [pace])
  const what = role === 'AFFILIATE' ? 'payout' : 'revenue'
  return (
    <Explained
      explanation={`Over the last minute, of what passes the filter: how many changes were booked, and what they added to ${what}, less what rejections and reversals took away. Counted since you came here; tests are left out.`}
    >
      <span className={classes.pace}>
        <strong>{formats.count(changes)}</strong> {changes === 1 ? 'change' : 'changes'}/min,{' '}
        <strong>{formats.money(String(money))}</strong> {what}/min
      </span>
    </Explained>
  )
}
