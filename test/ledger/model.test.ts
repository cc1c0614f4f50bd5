import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import fc from 'fast-check'
import { decodeId, type IdPrefix } from '../../src/kernel/ids.js'
import type { Ledger } from '../../src/ledger/entries.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { moneyText } from './exact.js'
import { questions, steps } from './model-commands.js'
import { dayIn, type ModelQuestion, modelReport } from './model-reports.js'
import { createRun, type Run } from './model-run.js'

/**
 * Whatever comes in, in whatever order, the books say what a plain reading of the rules says. A failure prints a seed
 * and the shortest story that shows it; MODEL_RUNS=2000 looks further.
 */
suite('the ledger and a model of it', () => {
  let books: TestBooks
  let ledger: Ledger
  const startMs = Date.parse('2026-03-27T10:00:00Z')
  before(async () => {
    books = await createTestBooks(startMs)
    ledger = books.openLedger()
  })
  after(() => books.close())

  test('the same story gives the same answers, conversions, money and reports', async (context) => {
    const met = new Set<string>()
    let told = 0
    const story = fc.asyncProperty(steps, questions, async (taken, asked) => {
      books.time.nowMs = startMs
      const run = await createRun(books, ledger)
      for (const step of taken) {
        for (const [real, model] of await run.take(step)) assert.deepEqual(real, model)
      }
      assert.deepEqual(await realConversions(run), modelConversions(run))
      assert.deepEqual(await realReceipts(run), modelReceipts(run))
      for (const { outcome } of run.books.receipts.values()) met.add(outcome)
      if (run.books.conversions.some(({ rate }) => rate !== '1')) met.add('converted')
      if (run.rematched() > 0) met.add('matched by a rate')
      assert.deepEqual(await realChanges(run), modelChanges(run))
      for (const question of asked) {
        const real = await realReport(run, question)
        assert.deepEqual(real, asJson(modelReport(run.books, question)), JSON.stringify(question))
      }
      told += 1
    })
    const numRuns = Number(process.env.MODEL_RUNS ?? 100)
    await fc.assert(story, { numRuns, interruptAfterTimeLimit: numRuns * 1_000 })
    // A slow machine is interrupted, and fewer stories may lack something by chance.
    if (told < numRuns) return context.diagnostic(`interrupted after ${told} stories`)
    const outcomes = ['ACCEPTED', 'CONFLICT', 'DUPLICATE', 'REJECTED', 'UNMATCHED', 'UPDATED']
    assert.deepEqual([...met].sort(), [...outcomes, 'converted', 'matched by a rate'])
  })

  const asJson = (value: object) => JSON.parse(JSON.stringify(value))
  const number = (value: string | null) => (value === null ? null : Number(value))

  async function realConversions({ scope }: Run) {
    const found = await books.rows<Record<string, string>>(
      `select receipt_id as receipt, advertiser_id as advertiser, campaign_id as campaign, affiliate_id as affiliate,
              click_id as click, transaction_id as txid, line, event, test, status, amount::float8 as amount,
              currency, trim_scale(rate)::text as rate,
              trim_scale(sale_amount)::text as sale, trim_scale(revenue)::text as revenue, trim_scale(payout)::text as payout,
              (extract(epoch from occurred_at) * 1000)::float8 as "occurredAtMs"
         from conversion where workspace_id = $1 order by receipt_id`,
      [scope.workspaceId],
    )
    return found
  }

  function modelConversions({ books: { conversions } }: Run) {
    return conversions
      .toSorted((one, other) => (one.receipt < other.receipt ? -1 : 1))
      .map(({ goal, click, amount, sale, revenue, payout, seen, refunds, changedAtMs, ...same }) => ({
        ...same,
        click: click?.id ?? null,
        event: goal.event,
        amount: number(amount),
        sale: moneyText(sale),
        revenue: moneyText(revenue),
        payout: moneyText(payout),
      }))
  }

  async function realReceipts({ scope }: Run) {
    return books.rows<object>(
      `select r.id, r.outcome, r.reason_code as reason, v.receipt_id as conversion from receipt r
         left join conversion v on v.workspace_id = r.workspace_id and v.id = r.conversion_id
        where r.workspace_id = $1 order by r.id`,
      [scope.workspaceId],
    )
  }

  function modelReceipts({ books: { receipts } }: Run) {
    const all = [...receipts].map(([id, { outcome, reason, conversion }]) => ({
      ...{ id, outcome, reason },
      conversion: conversion?.receipt ?? null,
    }))
    return all.sort((one, other) => (one.id < other.id ? -1 : 1))
  }

  async function realChanges({ scope }: Run) {
    return books.rows<object>(
      `select c.position::int, v.receipt_id as conversion, c.status, c.previous_status as before,
              trim_scale(c.sale_amount_delta)::text as sale, trim_scale(c.revenue_delta)::text as revenue,
              trim_scale(c.payout_delta)::text as payout, (extract(epoch from c.at) * 1000)::float8 as "atMs"
         from conversion_change c join conversion v on v.workspace_id = c.workspace_id and v.id = c.conversion_id
        where c.workspace_id = $1 order by c.position`,
      [scope.workspaceId],
    )
  }

  function modelChanges({ books: { changes } }: Run) {
    return changes.map(({ conversion, bookedAtMs, before, after: now }, index) => ({
      position: index + 1,
      conversion: conversion.receipt,
      status: now.status,
      before: before?.status ?? null,
      sale: moneyText(now.sale - (before?.sale ?? 0n)),
      revenue: moneyText(now.revenue - (before?.revenue ?? 0n)),
      payout: moneyText(now.payout - (before?.payout ?? 0n)),
      atMs: bookedAtMs,
    }))
  }

  const prefixes: Record<string, IdPrefix> = { CAMPAIGN: 'cmp', AFFILIATE: 'aff', LINK: 'lnk' }

  async function realReport({ scope }: Run, { groupBy, basis, test: isTest, dayZone }: ModelQuestion) {
    const dayMs = 86_400_000
    const report = await books.report(scope, {
      ...{ groupBy, basis, test: isTest },
      ...(dayZone === null ? {} : { interval: 'DAY', timeZone: dayZone }),
      from: new Date(startMs - 60 * dayMs),
      to: new Date(startMs + 60 * dayMs),
      first: 10_000,
    })
    const rows: Record<string, unknown> = { totals: shown(report.totals) }
    for (const { bucket, key, metrics } of report.rows) {
      const day = bucket === null || dayZone === null ? '' : dayIn(bucket, dayZone)
      const values = groupBy.map((dimension) => {
        const value = (key as Record<string, string>)[dimension] ?? ''
        const prefix = prefixes[dimension]
        return prefix === undefined || value === '' ? value : decodeId(prefix, value)
      })
      rows[JSON.stringify([day, values])] = shown(metrics)
    }
    return rows
  }

  function shown(all: object) {
    const { returnOnInvestment, returnOnAdSpend, ...metrics } = asJson(all) as Record<string, unknown>
    return metrics
  }
})
