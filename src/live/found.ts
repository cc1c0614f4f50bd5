/** What was found behind a place, and the place up to which was looked. */
export interface Found<Item> {
  readonly items: readonly Item[]
  readonly next: number
}

const pageSize = 200
/** How much of a sequence one read may pass over, so that a filter that little passes stays quick. */
const maxStretch = 50_000

/**
 * One step along a numbered sequence: what passes the filter behind `after`, at most a page of it. A full page ends
 * where its last item stands; any other has seen the whole stretch, up to `end` or as far as one read may go.
 */
export async function readStretch<Item>(
  after: number,
  end: number,
  read: (upTo: number, limit: number) => Promise<readonly Item[]>,
  placeOf: (item: Item) => number,
): Promise<Found<Item>> {
  const upTo = Math.min(end, after + maxStretch)
  if (upTo <= after) return { items: [], next: after }
  const items = await read(upTo, pageSize)
  const last = items.at(-1)
  return items.length === pageSize && last !== undefined ? { items, next: placeOf(last) } : { items, next: upTo }
}
