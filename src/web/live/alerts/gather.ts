/** Tells of the first at once, and then at most so often, of all that came since: nobody wants two hundred a second. */
export interface Gathering<Item> {
  add(item: Item): void
  stop(): void
}

export function gather<Item>(everyMs: number, tell: (count: number, latest: Item) => void): Gathering<Item> {
  let resting: ReturnType<typeof setTimeout> | undefined
  let count = 0
  let latest: Item

  function tellNow(): void {
    resting = undefined
    if (count === 0) return
    resting = setTimeout(tellNow, everyMs)
    const gathered = count
    count = 0
    tell(gathered, latest)
  }

  return {
    add(item) {
      count += 1
      latest = item
      if (resting === undefined) tellNow()
    },
    stop: () => clearTimeout(resting),
  }
}
