import type { Refusal } from '../attribution/request.js'
import type { HttpAnswer } from './answer-postback.js'
import type { Parameters } from './parse-parameters.js'
import { unreadable } from './refusal.js'
import { hasSecret } from './refuse-secrets.js'

const maxReturnLength = 64

/**
 * Some senders take a postback for received only if the answer is a text that they know. `return` says which. What
 * comes back to its sender must not be able to become a page or a script anywhere, so few characters are allowed.
 */
const plainText = new RegExp(`^[A-Za-z0-9 ._:=,-]{1,${maxReturnLength}}$`)

export function refuseReturn({ values, repeated }: Parameters): Refusal | null {
  if (repeated.has('return')) {
    return unreadable('REPEATED_PARAMETER', 'This parameter may be sent only once.', 'return')
  }
  const text = values.get('return')
  if (text === undefined || (plainText.test(text) && !hasSecret(text))) return null
  const message = `return is at most ${maxReturnLength} letters, digits, spaces and the characters . _ - : = and comma.`
  return unreadable('INVALID_RETURN', message, 'return')
}

/** The answer that `return` asked for, which only an answer of success gives way to. */
export function withReturn(answer: HttpAnswer, { values }: Parameters): HttpAnswer {
  const text = values.get('return')
  if (text === undefined || !plainText.test(text) || answer.httpStatus >= 300) return answer
  return { ...answer, contentType: 'text/plain; charset=utf-8', body: text }
}
