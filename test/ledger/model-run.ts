import type { Scope } from '../../src/access/scope.js'
import { updateCampaign } from '../../src/catalog/write-campaign.js'
import { removeRates, setRates } from '../../src/catalog/write-rates.js'
import {
  type AdvertiserId,
  type CampaignId,
  type ClickId,
  type ConversionId,
  encodeId,
  newId,
} from '../../src/kernel/ids.js'
import { money } from '../../src/kernel/money.js'
import type { ClickDraft, Ledger } from '../../src/ledger/entries.js'
import { rematchParked } from '../../src/ledger/rematch.js'
import type { TestBooks } from '../support/books.js'
import { clickDraft, makeWay, receiptDraft, request, type Way } from '../support/drafts.js'
import type { ModelBooks, ModelClick, ModelConversion, ModelGoal, ModelRequest } from './model.js'
import type { ClickCommand, Command, PostbackCommand, RepeatCommand, Step } from './model-commands.js'
import { keepClick, keepPostback, rematch, setStatus } from './model-rules.js'

type Goal = Omit<ModelGoal, 'fromMs'>
const fixed = (value: string) => ({ kind: 'FIXED' as const, value })
const percent = (value: string) => ({ kind: 'PERCENT' as const, value })
const passed = { kind: 'PASSED' as const }

const goals: readonly (readonly Goal[])[] = [
  [
    { event: 'sale', revenue: fixed('10'), payout: fixed('5'), startsAs: 'APPROVED', duplicates: 'KEEP_FIRST' },
    { event: 'lead', revenue: percent('10'), payout: percent('7.5'), startsAs: 'PENDING', duplicates: 'UPDATE' },
  ],
  [{ event: 'sale', revenue: passed, payout: percent('33.333333'), startsAs: 'PENDING', duplicates: 'UPDATE' }],
  [
    {
      event: 'install',
      revenue: fixed('1.2345'),
      payout: fixed('0.5'),
      startsAs: 'APPROVED',
      duplicates: 'COUNT_EACH',
    },
    { event: 'sale', revenue: percent('12.5'), payout: passed, startsAs: 'APPROVED', duplicates: 'KEEP_FIRST' },
  ],
]
const windowDays = [30, 1, 7]

export interface Run {
  readonly scope: Scope
  readonly books: ModelBooks
  /** Takes one step, and tells each entry's answer by the ledger and by the model. */
  take(step: Step): Promise<[real: unknown, model: unknown][]>
  /** How many postbacks a change of rates has settled, or made wait for something else. */
  rematched(): number
}

/** A workspace of its own with two advertisers, two affiliates and three campaigns, and a model of it. */
export async function createRun(test: TestBooks, ledger: Ledger): Promise<Run> {
  const scope = await test.newScope('EUR')
  const ways = await makeWays(test, scope)
  const books = emptyBooks(test.time.nowMs, ways)
  const foretold = [0, 1, 2].map(() => newId<'clk'>(test.time.nowMs))
  const sent: ModelRequest[] = []
  let rematched = 0

  function clickEntry(command: ClickCommand): () => Promise<[unknown, unknown]> {
    const way = pick(ways, command.link)
    const { source, country, cost, visitor, bot, test: isTest } = command
    const fresh = foretold[command.foretold ?? -1]
    const isTaken = fresh === undefined || books.clicks.some(({ id }) => id === fresh)
    const more = { source, country, cost, visitor, bot, test: isTest }
    const atMs = test.time.nowMs
    const subs: ClickDraft['subs'] = command.sub1 === '' ? {} : { sub1: command.sub1 }
    const draft = clickDraft(way, atMs, { ...more, subs, id: isTaken ? newId<'clk'>(atMs) : fresh })
    const { campaignId: campaign, affiliateId: affiliate, linkId: link, advertiserId: advertiser } = way
    const model: ModelClick = {
      ...{ ...more, id: draft.id, campaign, affiliate, link, advertiser, sub1: command.sub1, atMs },
      ...{ bookedAtMs: 0, first: false },
    }
    keepClick(books, model)
    return async () => [(await ledger.keepClick(draft)).kept, true]
  }

  function postbackEntry(postback: Omit<ModelRequest, 'receipt' | 'atMs'>): () => Promise<[unknown, unknown]> {
    const atMs = test.time.nowMs
    const { advertiser, click, affiliate, campaign, txid, line, event, amount, currency, status, refund, refundId } =
      postback
    const way = { ...pick(ways, 0), advertiserId: advertiser as AdvertiserId }
    const receipt = receiptDraft(way, atMs)
    const understood = request({
      ...{ clickId: click as ClickId | null, campaignId: campaign as CampaignId | null, transactionId: txid },
      ...{ line, event, amount, currency, status, occurredAtMs: postback.timestampMs, test: postback.test },
      ...{ refund: refund === null ? null : money(refund), refundId },
      affiliate:
        affiliate === null || affiliate === 'nobody' ? affiliate : encodeId('aff', affiliate as Way['affiliateId']),
    })
    const kept: ModelRequest = { ...postback, receipt: receipt.id, atMs }
    sent.push(kept)
    const { outcome, reason } = keepPostback(books, kept)
    return async () => {
      const answer = await ledger.keepPostback(receipt, understood)
      return [
        [answer.outcome, answer.reason?.code ?? null],
        [outcome, reason],
      ]
    }
  }

  function statusEntry(id: ConversionId, conversion: ModelConversion, status: ModelConversion['status']) {
    const outcome = setStatus(books, conversion, status)
    const change = { workspaceId: scope.workspaceId, conversionId: id, status, reason: null }
    return async (): Promise<[unknown, unknown]> => [(await ledger.setConversionStatus(change)).outcome, outcome]
  }

  /** The ids of the conversions that there are before a batch, by the receipt that made them. */
  async function readIds(commands: readonly Command[]): Promise<Map<string, ConversionId>> {
    if (!commands.some(({ kind }) => kind === 'status')) return new Map()
    const sql = `select id, receipt_id from conversion where workspace_id = $1`
    const found = await test.rows<{ id: ConversionId; receipt_id: string }>(sql, [scope.workspaceId])
    return new Map(found.map(({ id, receipt_id }) => [receipt_id, id]))
  }

  /** The model goes first; then all of the batch is sent at once. */
  async function batch(commands: readonly Command[], afterMs: number): Promise<[unknown, unknown][]> {
    test.time.nowMs += afterMs
    const before = { nowMs: books.nowMs, written: writtenTo(books) }
    books.nowMs = Math.max(books.nowMs, test.time.nowMs)
    const ids = await readIds(commands)
    const known = books.conversions.slice(0, ids.size)
    const entries = commands.flatMap((command) => {
      if (command.kind === 'click') return [clickEntry(command)]
      if (command.kind === 'postback')
        return [postbackEntry(toRequest(command, ways, books, foretold, test.time.nowMs))]
      if (command.kind === 'repeat')
        return sent.length === 0 ? [] : [postbackEntry(again(pick(sent, command.postback), command.changes))]
      const conversion = known[command.conversion % known.length]
      const id = ids.get(conversion?.receipt ?? '')
      return conversion === undefined || id === undefined ? [] : [statusEntry(id, conversion, command.status)]
    })
    // The books' clock is that of the last entry: a batch that wrote nothing has not moved it.
    if (writtenTo(books) === before.written) books.nowMs = before.nowMs
    return Promise.all(entries.map((send) => send()))
  }

  /** Whatever waited for the rate, or for anything else that has changed since, is matched at once. */
  async function setRate({ currency, daysBack, rate }: Extract<Step, { kind: 'rate' }>): Promise<void> {
    const day = new Date(test.time.nowMs - daysBack * 86_400_000).toISOString().slice(0, 10)
    if (rate === null) await removeRates(test.catalogWrites, scope, [{ currency, day }])
    else await setRates(test.catalogWrites, scope, [{ currency, day, rate }])
    while (await rematchParked(test.rows, ledger));

    const before = { nowMs: books.nowMs, written: writtenTo(books) }
    const { revised } = books
    books.nowMs = Math.max(books.nowMs, test.time.nowMs)
    if (rate === null) books.rates.delete(`${currency} ${day}`)
    else books.rates.set(`${currency} ${day}`, rate)
    rematch(books)
    rematched += books.revised - revised
    if (writtenTo(books) === before.written) books.nowMs = before.nowMs
  }

  async function reprice({ campaign, goal, price, duplicates }: Extract<Step, { kind: 'reprice' }>): Promise<void> {
    const id = ways[[0, 2, 3][campaign] ?? 0]?.campaignId as CampaignId
    const versions = books.campaigns.get(id)?.goals ?? []
    const newest = [...new Map(versions.map((version) => [version.event, version])).values()]
    const at = goal % newest.length
    const before = newest[at] as ModelGoal
    const policy = before.duplicates === 'COUNT_EACH' ? before.duplicates : duplicates
    const fromMs = Math.max(before.fromMs, test.time.nowMs)
    const next: ModelGoal = { ...before, revenue: price, duplicates: policy, fromMs }
    const terms = newest.map((version, index) => (index === at ? next : version))
    await updateCampaign(test.catalogWrites, scope, id, { goals: terms.map(({ fromMs: _, ...term }) => ({ ...term })) })
    versions.push(next)
  }

  return {
    scope,
    books,
    rematched: () => rematched,
    async take(step) {
      if (step.kind === 'batch') return batch(step.commands, step.afterMs)
      if (step.kind === 'fold') await test.folding.foldAll()
      else if (step.kind === 'rate') await setRate(step)
      else await reprice(step)
      return []
    },
  }
}

const writtenTo = ({ clicks, changes, receipts, revised }: ModelBooks): number =>
  clicks.length + changes.length + receipts.size + revised

const pick = <T>(all: readonly T[], index: number): T => all[index % all.length] as T // none is empty

/** A refund says nothing else, and what else is said of an order is no refund. */
const again = (request: ModelRequest, changes: RepeatCommand['changes']): ModelRequest =>
  'amount' in changes ? { ...request, refund: null, refundId: null, ...changes } : { ...request, ...changes }

function toRequest(
  command: PostbackCommand,
  ways: readonly Way[],
  books: ModelBooks,
  foretold: readonly ClickId[],
  nowMs: number,
): Omit<ModelRequest, 'receipt' | 'atMs'> {
  const { by, txid, line, event, amount, currency, status, test } = command
  const byClick = by === 'click' || by === 'foretold click' || by === 'click and names'
  const known = by === 'foretold click' || books.clicks.length === 0 ? null : pick(books.clicks, command.click)
  const way = (by === 'names' ? null : ways.find(({ linkId }) => linkId === known?.link)) ?? pick(ways, command.link)
  const other = ways.find(({ advertiserId }) => advertiserId !== way.advertiserId) ?? way
  const isNamed = by === 'names' || by === 'click and names'
  // As after the intake, which refuses a request without any subject.
  return {
    ...{ line, event, amount, currency, status, test, refund: null, refundId: null },
    advertiser: command.otherAdvertiser ? other.advertiserId : way.advertiserId,
    click: byClick ? (known?.id ?? pick(foretold, command.click)) : null,
    affiliate: isNamed ? (command.unknownAffiliate ? 'nobody' : way.affiliateId) : null,
    campaign: isNamed ? way.campaignId : null,
    txid: by === 'txid' ? (txid ?? 'A') : txid,
    timestampMs: command.ageMs === null ? null : nowMs - command.ageMs,
  }
}

async function makeWays(test: TestBooks, scope: Scope): Promise<Way[]> {
  const campaign = (index: number) => ({
    goals: (goals[index] ?? []).map((goal) => ({ ...goal })),
    attributionWindowDays: windowDays[index] ?? 30,
  })
  const first = await makeWay(test, scope, campaign(0))
  const { advertiserId, affiliateId, campaignId } = first
  const second = await makeWay(test, scope, {}, { advertiserId, campaignId })
  const third = await makeWay(test, scope, campaign(1), { advertiserId, affiliateId })
  const fourth = await makeWay(test, scope, campaign(2), { affiliateId: second.affiliateId })
  return [first, second, third, fourth]
}

function emptyBooks(nowMs: number, ways: readonly Way[]): ModelBooks {
  const campaigns = [ways[0], ways[2], ways[3]].map((way, index) => {
    const versions = (goals[index] ?? []).map((goal) => ({ ...goal, fromMs: nowMs }))
    return [
      way?.campaignId ?? '',
      { advertiser: way?.advertiserId ?? '', windowDays: windowDays[index] ?? 0, goals: versions },
    ] as const
  })
  return {
    currency: 'EUR',
    campaigns: new Map(campaigns),
    affiliates: new Set(ways.map(({ affiliateId }) => affiliateId)),
    rates: new Map(),
    clicks: [],
    conversions: [],
    changes: [],
    parked: [],
    receipts: new Map(),
    revised: 0,
    nowMs: 0,
  }
}
