/** Milliseconds of a clock that all processes of a machine share and that never goes back. */
const originMs = Number(process.hrtime.bigint()) / 1e6 - performance.now()

export const monotonicMs = (): number => originMs + performance.now()
