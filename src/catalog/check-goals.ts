import { badInput } from '../kernel/errors.js'
import { type Money, parseDecimal } from '../kernel/money.js'
import type { ConversionStatus, DuplicatePolicy, PriceKind } from '../kernel/vocabulary.js'
import type { GoalInput, PriceInput } from './campaign.input.js'
import { checkWord } from './check-input.js'

export interface PriceTerms {
  readonly kind: PriceKind
  /** In shortest form; null for PASSED. */
  readonly value: string | null
}

/** What a goal says, apart from its versions. */
export interface GoalTerms {
  readonly event: string
  readonly revenue: PriceTerms
  readonly payout: PriceTerms
  readonly startsAs: ConversionStatus
  readonly duplicates: DuplicatePolicy
}

const maxGoals = 50
const maxPercent = 1_000
const decimalsOf: Record<PriceKind, number> = { FIXED: 4, PERCENT: 6, PASSED: 0 }

export function checkGoals(inputs: readonly GoalInput[], field = 'goals'): GoalTerms[] {
  if (inputs.length < 1 || inputs.length > maxGoals) throw badInput(`A campaign has 1 to ${maxGoals} goals.`, field)
  const events = new Set<string>()
  return inputs.map((input, index) => {
    const goal = checkGoal(input, `${field}.${index}`)
    if (events.has(goal.event)) throw badInput(`Two goals for ${goal.event}.`, `${field}.${index}.event`)
    events.add(goal.event)
    return goal
  })
}

function checkGoal(input: GoalInput, field: string): GoalTerms {
  const startsAs = input.startsAs ?? 'APPROVED'
  if (startsAs !== 'PENDING' && startsAs !== 'APPROVED') {
    throw badInput('A conversion starts PENDING or APPROVED.', `${field}.startsAs`)
  }
  return {
    event: checkWord(input.event, `${field}.event`),
    revenue: checkPrice(input.revenue, `${field}.revenue.value`),
    payout: checkPrice(input.payout, `${field}.payout.value`),
    startsAs,
    duplicates: input.duplicates ?? 'KEEP_FIRST',
  }
}

function checkPrice({ kind, value }: PriceInput, field: string): PriceTerms {
  if (kind === 'PASSED') {
    if (value != null) throw badInput('A PASSED price has no value: the postback brings it.', field)
    return { kind, value: null }
  }
  const decimal = value == null ? null : parseDecimal(value)
  if (decimal === null) throw badInput(`A ${kind} price needs a value of at least 0.`, field)
  if (placesOf(decimal) > decimalsOf[kind])
    throw badInput(`A ${kind} price has up to ${decimalsOf[kind]} decimals.`, field)
  if (kind === 'PERCENT' && decimal.gt(maxPercent)) throw badInput(`A percentage is at most ${maxPercent}.`, field)
  return { kind, value: decimal.toFixed() }
}

const placesOf = (value: Money): number => value.toFixed().split('.')[1]?.length ?? 0

/** Pixel and script carry no secret, so whoever calls them must not be able to choose the price. */
export function checkClientSide(goals: readonly GoalTerms[]): void {
  const chosen = goals.find(({ revenue, payout }) => revenue.kind !== 'FIXED' || payout.kind !== 'FIXED')
  if (chosen !== undefined) {
    throw badInput(`A clientSide campaign has FIXED prices only; ${chosen.event} has others.`, 'clientSide')
  }
}
