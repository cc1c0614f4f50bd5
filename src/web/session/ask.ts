const answerWithinMs = 60_000

/** `fetch`, without cookies, and given up in the end: a connection may be dead without a sign. */
export function ask(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const tooLate = AbortSignal.timeout(answerWithinMs)
  const signal = init?.signal ? AbortSignal.any([init.signal, tooLate]) : tooLate
  return fetch(input, { ...init, credentials: 'omit', signal })
}
