import type { Rows } from '../database/rows.js'

/**
 * Says of all books that they were restored. What was behind the back-up is gone, and its positions will be given out
 * again: with a new epoch, whoever was shown the old ones is told to begin anew instead of missing what is there now.
 */
export async function beginEpoch(rows: Rows): Promise<number> {
  const moved = await rows('update workspace_head set epoch = epoch + 1 returning workspace_id')
  return moved.length
}
