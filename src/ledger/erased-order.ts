import { createHmac } from 'node:crypto'

const prefix = 'erased:'

/**
 * What stands in the books for the id of an erased order: the same for the same id, so that a late retry of it still
 * finds its order, and nothing that leads back to it but trying out ids, for who has the workspace's key.
 */
export const replaceOrderId = (key: Uint8Array, transactionId: string): string =>
  `${prefix}${createHmac('sha256', key).update(transactionId).digest('base64url')}`

export const isReplaced = (transactionId: string): boolean => transactionId.startsWith(prefix)
