import { type Audience, countries, type DemoCountry } from './countries.js'
import type { DemoLink } from './demo-link.js'

/** When people click: little at night, most in the evening, each country by its own clock. */
const hourly = [
  0.35, 0.2, 0.13, 0.1, 0.1, 0.15, 0.3, 0.5, 0.65, 0.75, 0.8, 0.85, 0.95, 0.9, 0.85, 0.85, 0.95, 1.1, 1.3, 1.5, 1.65,
  1.55, 1.2, 0.7,
]
const hourMs = 3_600_000
const hoursPerWeek = 168

/** How many of an audience's people are in this country, and awake. */
export function countryWeight(country: DemoCountry, audience: Audience, atMs: number): number {
  const hour = (atMs / hourMs + country.utcOffsetHours) % 24
  const before = Math.floor(hour)
  const now = hourly[before] ?? 0
  const next = hourly[(before + 1) % 24] ?? 0
  return country.share[audience] * (now + (next - now) * (hour - before))
}

/** How much traffic a link has at a moment; only the proportion to others, and to other moments, means something. */
export function linkWeight(link: DemoLink, atMs: number): number {
  const at = new Date(atMs)
  const weekday = at.getUTCDay()
  const awake = countries.reduce((sum, country) => sum + countryWeight(country, link.audience, atMs), 0)
  const people = countries.reduce((sum, country) => sum + country.share[link.audience], 0)
  const weekend = weekday === 0 || weekday === 6 ? link.campaign.weekend : 1
  return link.share * (awake / people) * weekend * rushFactor(link, weekday, at.getUTCHours())
}

const quietBesideRush = 0.5

function rushFactor({ rush }: DemoLink, weekday: number, hour: number): number {
  if (rush === undefined) return 1
  const isRush = weekday === rush.weekday && hour >= rush.fromHour && hour < rush.toHour
  return isRush ? rush.times : quietBesideRush
}

export const totalWeight = (links: readonly DemoLink[], atMs: number): number =>
  links.reduce((sum, link) => sum + linkWeight(link, atMs), 0)

/** The mean over the week that begins at `fromMs`. */
export function averageWeight(links: readonly DemoLink[], fromMs: number): number {
  let sum = 0
  for (let hour = 0; hour < hoursPerWeek; hour += 1) sum += totalWeight(links, fromMs + hour * hourMs)
  return sum / hoursPerWeek
}
