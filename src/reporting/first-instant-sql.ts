/**
 * The first instant at which the clocks of a zone show a local time, or, where they leave it out, at which they go on
 * behind it. Where they are put back at one o'clock, midnight comes twice, and PostgreSQL takes the second: a day would
 * begin an hour late. Whether there was an earlier one tells the offset of a few hours before.
 */
export function firstInstantSql(local: string, zone: string): string {
  const last = `((${local}) at time zone ${zone})`
  const putBack = `((${last} - interval '3 hours') at time zone ${zone} + interval '3 hours' - (${local}))`
  const first = `(${last} - ${putBack})`
  return `case when ${first} at time zone ${zone} = (${local}) then ${first} else ${last} end`
}
