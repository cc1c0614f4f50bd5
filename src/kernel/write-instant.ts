const dayMs = 86_400_000
const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'))
const threeDigits = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'))

/** The day that was written last, with the `T` behind it: those that are written together mostly share it. */
let lastDay = Number.NaN
let lastText = ''

/** What `toISOString` gives, five times as fast: a list has one for each of its rows, and a change has several. */
export function writeInstant(atMs: number): string {
  const wholeMs = Math.trunc(atMs)
  const day = Math.floor(wholeMs / dayMs)
  if (day !== lastDay) {
    lastText = new Date(wholeMs).toISOString().slice(0, -'00:00:00.000Z'.length)
    lastDay = day
  }
  let rest = wholeMs - day * dayMs
  const millisecond = rest % 1000
  rest = (rest - millisecond) / 1000
  const second = rest % 60
  rest = (rest - second) / 60
  const minute = rest % 60
  const hour = (rest - minute) / 60
  return `${lastText}${twoDigits[hour]}:${twoDigits[minute]}:${twoDigits[second]}.${threeDigits[millisecond]}Z`
}
