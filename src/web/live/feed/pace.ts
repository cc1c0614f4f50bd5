import { partsOfOne } from './added-money'

/** How fast the feed goes: over the last minute by the server's clock, so that what is caught up is not taken for new. */
export interface Pace {
  begin(serverNowMs: number): void
  /** `money` is in whole parts of one, see `added-money`. */
  add(atMs: number, money: number): void
  read(): { readonly changes: number; readonly money: number }
}

const seconds = 60

export function createPace(now: () => number): Pace {
  const changes = new Array<number>(seconds)
  const money = new Array<number>(seconds)
  let aheadMs = 0
  /** The newest second that has a place. */
  let newest = 0

  function moveTo(second: number): void {
    for (let passed = Math.max(newest, second - seconds) + 1; passed <= second; passed += 1) {
      changes[passed % seconds] = 0
      money[passed % seconds] = 0
    }
    newest = Math.max(newest, second)
  }
  const serverSecond = () => Math.floor((now() + aheadMs) / 1_000)
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)

  return {
    begin(serverNowMs) {
      aheadMs = serverNowMs - now()
      changes.fill(0)
      money.fill(0)
      newest = serverSecond()
    },
    add(atMs, amount) {
      // The two clocks agree to within the time that an answer took; what seems to be to come is now.
      const second = Math.min(Math.floor(atMs / 1_000), serverSecond())
      moveTo(second)
      if (second <= newest - seconds) return
      changes[second % seconds] = (changes[second % seconds] ?? 0) + 1
      money[second % seconds] = (money[second % seconds] ?? 0) + amount
    },
    read() {
      moveTo(serverSecond())
      return { changes: sum(changes), money: sum(money) / partsOfOne }
    },
  }
}
