/** Time comes in as an argument everywhere, so that a test can stand still or jump. Unix milliseconds. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()
