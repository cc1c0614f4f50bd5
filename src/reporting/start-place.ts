import type { Cursors, Place } from '../access/cursor.js'
import type { Scope } from '../access/scope.js'
import { badInput, CodedError } from '../kernel/errors.js'

/**
 * Where a reader goes on. A cursor of another epoch is from before a restore: its place may hold something else now. A
 * place beyond the head has not been given out by this database.
 */
export function startPlace({ scope, cursors }: { scope: Scope; cursors: Cursors }, after: string, head: Place): Place {
  return checkPlace(cursors.open(scope, after), head)
}

export function checkPlace(place: Place, head: Pick<Place, 'epoch' | 'position'>): Place {
  if (place.epoch !== head.epoch) {
    throw new CodedError(
      'CURSOR_EXPIRED',
      'The books were restored since: list again, and go on after its asOf.',
      'after',
    )
  }
  if (place.position > head.position) throw badInput('This place is beyond the end of the ledger.', 'after')
  return place
}
