const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/
const unixSeconds = /^\d{1,11}(\.\d{1,9})?$/
const unixMs = /^\d{12,14}$/

/** Unix milliseconds; null for what is neither RFC 3339 with an offset nor Unix seconds or milliseconds. */
export function parseTimestamp(text: string): number | null {
  if (unixSeconds.test(text)) return Math.round(Number(text) * 1000)
  if (unixMs.test(text)) return Number(text)
  const parts = rfc3339.exec(text)
  if (parts === null) return null
  const number = (part: number) => Number(parts[part] ?? 0)
  const [hour, minute, second, offsetHour, offsetMinute] = [number(4), number(5), number(6), number(9), number(10)]
  // 60 is a leap second, counted as the first of the next minute.
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return null
  const midnight = new Date(Date.UTC(number(1), number(2) - 1, number(3)))
  // Date.UTC carries 30 February over into March instead of refusing it.
  if (midnight.getUTCMonth() !== number(2) - 1 || midnight.getUTCDate() !== number(3)) return null
  const offsetMinutes = (offsetHour * 60 + offsetMinute) * (parts[8] === '-' ? -1 : 1)
  const ms = Number((parts[7] ?? '').slice(0, 3).padEnd(3, '0'))
  return midnight.getTime() + ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 + ms
}
