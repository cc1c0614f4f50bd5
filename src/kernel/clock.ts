/** Time comes in as an argument everywhere, so that a test can stand still or jump. Unix milliseconds. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()

/** Unix milliseconds with their fractions, for how long something takes: spans of traces, steps of a batch. */
export const fineClock: Clock = () => performance.timeOrigin + performance.now()
