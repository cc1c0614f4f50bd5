import fc from 'fast-check'
import type { ModelPrice, Status } from './model.js'
import type { ModelBasis, ModelDimension } from './model-reports.js'

/** What may happen to the books, named by places in lists that a run fills: any of them fits any run. */
export interface ClickCommand {
  readonly kind: 'click'
  readonly link: number
  /** Takes the id that postbacks may have named before it was there. */
  readonly foretold: number | null
  readonly visitor: string
  readonly bot: boolean
  readonly test: boolean
  readonly source: string
  readonly country: string
  readonly sub1: string
  readonly cost: string
}

export interface PostbackCommand {
  readonly kind: 'postback'
  readonly by: 'click' | 'foretold click' | 'click and names' | 'names' | 'txid'
  readonly click: number
  readonly link: number
  readonly unknownAffiliate: boolean
  readonly otherAdvertiser: boolean
  readonly txid: string | null
  readonly line: string | null
  readonly event: string | null
  readonly amount: string | null
  readonly currency: string | null
  readonly status: Status | null
  readonly ageMs: number | null
  readonly test: boolean
}

/** An earlier postback again: as it was, or about the same order with something else to say. */
export interface RepeatCommand {
  readonly kind: 'repeat'
  readonly postback: number
  readonly changes: Partial<Pick<PostbackCommand, 'amount' | 'status' | 'currency'>> & {
    readonly refund?: string
    readonly refundId?: string
  }
}

export interface StatusCommand {
  readonly kind: 'status'
  readonly conversion: number
  readonly status: Status
}

export type Command = ClickCommand | PostbackCommand | RepeatCommand | StatusCommand

/** What happens in one batch; or something beside the batches. */
export type Step =
  | { readonly kind: 'batch'; readonly afterMs: number; readonly commands: readonly Command[] }
  | { readonly kind: 'fold' }
  | {
      /** A day's rate is set, or taken back. */
      readonly kind: 'rate'
      readonly currency: string
      readonly daysBack: number
      readonly rate: string | null
    }
  | {
      readonly kind: 'reprice'
      readonly campaign: number
      readonly goal: number
      readonly price: ModelPrice
      readonly duplicates: 'KEEP_FIRST' | 'UPDATE'
    }

const hourMs = 3_600_000
const often = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: fc.constantFrom(...others) })
const seldom = fc.integer({ min: 0, max: 39 }).map((number) => number === 0)
const rarely = fc.integer({ min: 0, max: 9 }).map((number) => number === 0)
const status = fc.constantFrom<Status>('PENDING', 'APPROVED', 'REJECTED', 'REVERSED')

/** Few of them, so that they meet again, written in several ways; and some that end between two ten-thousandths. */
const amount = fc.oneof(
  fc.constantFrom('10', '10.00', '10.000', '19.99', '0', '0.00005', '0.00015', '0.00025', '999999999999.99995'),
  fc.integer({ min: 0, max: 99_999_999 }).map((cents) => (cents / 1e5).toFixed(5)),
)

const click: fc.Arbitrary<ClickCommand> = fc.record({
  kind: fc.constant('click' as const),
  link: fc.nat(3),
  foretold: often<number | null>(null, 0, 1, 2),
  visitor: fc.constantFrom('1', '2', '-9223372036854775808'),
  bot: rarely,
  test: rarely,
  source: fc.constantFrom('', 'mail', 'ads'),
  country: fc.constantFrom('', 'NP'),
  sub1: fc.constantFrom('', 'a"b'),
  cost: fc.constantFrom('0', '0.05', '1.2345'),
})

const postback: fc.Arbitrary<PostbackCommand> = fc.record({
  kind: fc.constant('postback' as const),
  by: often<PostbackCommand['by']>('click', 'foretold click', 'click and names', 'names', 'txid'),
  click: fc.nat(30),
  link: fc.nat(3),
  unknownAffiliate: seldom,
  otherAdvertiser: seldom,
  txid: fc.constantFrom(null, null, 'A', 'A', 'B', 'C'),
  line: often<string | null>(null, '', '1'),
  event: often<string | null>('sale', null, 'lead', 'install', 'unheard'),
  amount: fc.option(amount, { freq: 4, nil: null }),
  currency: often<string | null>(null, 'EUR', 'EUR', 'USD', 'USD', 'JPY'),
  status: fc.option(status, { freq: 2, nil: null }),
  ageMs: fc.option(fc.integer({ min: -600_000, max: 48 * hourMs }), { freq: 1, nil: null }),
  test: rarely,
})

const repeat: fc.Arbitrary<RepeatCommand> = fc.record({
  kind: fc.constant('repeat' as const),
  postback: fc.nat(60),
  changes: fc.oneof(
    fc.constant({}),
    fc.record({ amount, status: fc.constant(null) }),
    fc.record({ amount: fc.constant(null), status, currency: fc.constant(null) }),
    fc.record({ amount, status }),
    // One of them takes all that some orders have.
    fc.record({
      amount: fc.constant(null),
      status: fc.constant(null),
      refund: fc.constantFrom('10', '4', '0.00005', '3.50'),
      refundId: fc.constantFrom('r1', 'r2', 'r3', 'r4'),
    }),
  ),
})
const setStatus: fc.Arbitrary<StatusCommand> = fc.record({
  kind: fc.constant('status' as const),
  conversion: fc.nat(30),
  status,
})

const command = fc.oneof(
  { weight: 4, arbitrary: click },
  { weight: 8, arbitrary: postback },
  { weight: 6, arbitrary: repeat },
  { weight: 2, arbitrary: setStatus },
)

const price: fc.Arbitrary<ModelPrice> = fc.oneof(
  fc.constantFrom({ kind: 'FIXED' as const, value: '3.3333' }, { kind: 'PASSED' as const }),
  fc.integer({ min: 1, max: 999_999_999 }).map((value) => ({
    kind: 'PERCENT' as const,
    value: (value / 1e6).toFixed(6),
  })),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('batch' as const),
      // Clocks are set back now and then.
      afterMs: fc.oneof(fc.constant(0), fc.integer({ min: -60_000, max: 9 * hourMs })),
      commands: fc.array(command, { minLength: 1, maxLength: 9, size: 'max' }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'fold' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('rate' as const),
      currency: often('USD', 'JPY'),
      daysBack: fc.oneof(fc.integer({ min: -1, max: 1 }), fc.integer({ min: 2, max: 12 })),
      // One that makes ties of halves, and one by which the largest amounts are too large.
      rate: fc.constantFrom('0.9463', '0.5', '0.000057123456', '1.0813', null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('reprice' as const),
      campaign: fc.nat(2),
      goal: fc.nat(1),
      price,
      duplicates: fc.constantFrom('KEEP_FIRST' as const, 'UPDATE' as const),
    }),
  },
)

export const steps = fc.array(step, { minLength: 6, maxLength: 20, size: 'max' })

const groupings: readonly (readonly ModelDimension[])[] = [
  [],
  ['CAMPAIGN'],
  ['AFFILIATE', 'EVENT'],
  ['EVENT'],
  ['STATUS'],
  ['SOURCE'],
  ['SOURCE', 'STATUS', 'EVENT'],
  ['COUNTRY', 'EVENT'],
  ['SUB1'],
  ['SOURCE', 'COUNTRY', 'LINK'],
]

export const questions = fc.array(
  fc.record({
    groupBy: fc.constantFrom(...groupings),
    basis: fc.constantFrom<ModelBasis>('EVENT', 'CLICK', 'CHANGE'),
    test: rarely,
    dayZone: fc.constantFrom(null, 'Asia/Kathmandu', 'Europe/Berlin', 'America/New_York'),
  }),
  { minLength: 8, maxLength: 8 },
)
