import { useSyncExternalStore } from 'react'
import classes from './notice-list.module.css'
import { useNotices } from './notices'

/** Always there, so that what appears in it is read out. */
export function NoticeList() {
  const notices = useNotices()
  const shown = useSyncExternalStore(notices.subscribe, notices.shown)
  return (
    <section className={classes.list} aria-label="Notices" aria-live="polite">
      {shown.map(({ id, text, isProblem }) => (
        <div key={id} className={classes.notice} data-problem={isProblem}>
          {text}
          <button
            type="button"
            className={classes.close}
            aria-label="Close this notice"
            onClick={() => notices.close(id)}
          >
            ×
          </button>
        </div>
      ))}
    </section>
  )
}
