/**
 * Calls back with the next frame, and with no second one before `everyMs`: nobody reads faster, and a feed that hurries
 * leaves the browser its time. Where nobody sees the tab there are no frames, and no calls.
 */
export function paceFrames(everyMs: number): (callback: () => void) => void {
  let calledAtMs = -everyMs
  return (callback) => {
    const ask = () =>
      requestAnimationFrame((nowMs) => {
        calledAtMs = nowMs
        callback()
      })
    const waitMs = calledAtMs + everyMs - performance.now()
    if (waitMs > 0) setTimeout(ask, waitMs)
    else ask()
  }
}
