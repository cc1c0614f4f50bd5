import type { PostbackRequest, Refusal } from '../attribution/request.js'

/** The request itself cannot be read: 400. */
export const unreadable = (code: string, message: string, field: string | null = null): Refusal => ({
  code,
  message,
  field,
  httpStatus: 400,
})

/** It can be read, but a value in it means nothing: 422. */
export const invalid = (code: string, message: string, field: string): Refusal => ({
  code,
  message,
  field,
  httpStatus: 422,
})

export const isRefusal = (read: PostbackRequest | Refusal): read is Refusal => 'httpStatus' in read
