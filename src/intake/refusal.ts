import type { PostbackRequest, Refusal } from '../attribution/request.js'
import type { ReasonCode } from '../kernel/vocabulary.js'

/** The request itself cannot be read: 400. */
export const unreadable = (code: ReasonCode, message: string, field: string | null = null): Refusal => ({
  code,
  message,
  field,
  httpStatus: 400,
})

/** It can be read, but a value in it means nothing: 422. */
export const invalid = (code: ReasonCode, message: string, field: string): Refusal => ({
  code,
  message,
  field,
  httpStatus: 422,
})

export const isRefusal = (read: PostbackRequest | Refusal): read is Refusal => 'httpStatus' in read
