import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { presetTable } from '../../src/intake/presets/tables.js'
import { conversionStatuses, type Preset, presets } from '../../src/kernel/vocabulary.js'
import { createTestApp, type TestApp } from '../support/app.js'
import { browser } from '../support/browser.js'
import { createCatalogMaker } from '../support/catalog.js'

interface Booked {
  readonly status: string
  readonly amount: string | null
  readonly currency: string
  readonly transactionId: string | null
  readonly event: string
}

/** `CLICK` stands for the click's id, `ORDER` for an order's that has not been used yet. */
interface Story {
  readonly preset: Preset
  readonly first: string
  readonly booked: Booked
  /** What the same sender reports later of the same order, and the status that it leads to. */
  readonly later: readonly (readonly [sent: string, outcome: string, status: string])[]
}

const sale = (booked: Partial<Booked>): Booked => ({
  ...{ status: 'PENDING', amount: '49.9', currency: 'EUR', transactionId: 'ORDER', event: 'sale' },
  ...booked,
})

/** As the senders' public documentation shows their requests, what is none of ours included. */
const stories: readonly Story[] = [
  {
    preset: 'canonical',
    first: 'click_id=CLICK&txid=ORDER&amount=49.90&currency=USD&event=sale&status=pending',
    booked: sale({ currency: 'USD' }),
    later: [
      ['txid=ORDER&status=approved', 'UPDATED', 'APPROVED'],
      ['txid=ORDER&status=reversed', 'UPDATED', 'REVERSED'],
    ],
  },
  {
    preset: 'voluum',
    first: 'cid=CLICK&payout=49.90&txid=ORDER&currency=USD&et=deposit&param1=a&param2=b',
    booked: sale({ currency: 'USD', event: 'deposit' }),
    later: [
      ['cid=CLICK&payout=59.90&txid=ORDER&et=deposit', 'UPDATED', 'PENDING'],
      ['txid=ORDER&status=approved', 'UPDATED', 'APPROVED'],
    ],
  },
  {
    preset: 'keitaro',
    first: 'subid=CLICK&status=lead&payout=49.90&tid=ORDER&currency=usd&sub_id_2=x&cost=1',
    booked: sale({ currency: 'USD' }),
    later: [
      ['subid=CLICK&status=lead&payout=49.90&tid=ORDER&currency=usd', 'DUPLICATE', 'PENDING'],
      ['subid=CLICK&status=sale&payout=49.90&tid=ORDER&currency=usd', 'UPDATED', 'APPROVED'],
      ['tid=ORDER&refund=9.90&refund_id=R-1', 'UPDATED', 'APPROVED'],
    ],
  },
  {
    preset: 'keitaro',
    first: 'sub_id=CLICK&status=Lead&revenue=49.90&tid=ORDER',
    booked: sale({}),
    later: [['sub_id=CLICK&status=trash&revenue=49.90&tid=ORDER', 'UPDATED', 'REJECTED']],
  },
  {
    preset: 'keitaro',
    first: 'subid=CLICK&status=rebill&payout=49.90&tid=ORDER',
    booked: sale({ status: 'APPROVED' }),
    later: [['subid=CLICK&status=lead&payout=49.90&tid=ORDER', 'CONFLICT', 'APPROVED']],
  },
  {
    preset: 'binom',
    first: 'cnv_id=CLICK&payout=49.90&cnv_status=Hold&cnv_currency=USD&event1=15',
    booked: sale({ currency: 'USD', transactionId: null }),
    later: [
      ['cnv_id=CLICK&payout=49.90&cnv_status=approve', 'UPDATED', 'APPROVED'],
      ['cnv_id=CLICK&cnv_status=Chargeback', 'UPDATED', 'REVERSED'],
    ],
  },
  {
    preset: 'redtrack',
    first: 'clickid=CLICK&sum=49.90&type=Purchase&rdtk_event_id=ORDER&status=Pending',
    booked: sale({ event: 'Purchase' }),
    later: [['clickid=CLICK&type=Purchase&rdtk_event_id=ORDER&status=Declined', 'UPDATED', 'REJECTED']],
  },
  {
    preset: 'bemob',
    first: 'cid=CLICK&payout=49.90&txid=ORDER&status=new',
    booked: sale({}),
    later: [
      ['cid=CLICK&payout=49.90&txid=ORDER&status=confirm', 'UPDATED', 'APPROVED'],
      ['cid=CLICK&payout=49.90&txid=ORDER&status=charge', 'UPDATED', 'REVERSED'],
    ],
  },
  {
    preset: 'tune',
    first: 'offer_id=26&transaction_id=CLICK&amount=49.90&adv_sub=ORDER&goal_id=12&security_token=7c1d',
    booked: sale({ event: '12' }),
    later: [['transaction_id=CLICK&adv_sub=ORDER&goal_id=12&status=rejected', 'UPDATED', 'REJECTED']],
  },
  {
    preset: 'everflow',
    first: 'nid=100&transaction_id=CLICK&amount=49.90&order_id=ORDER&adv_event_id=7&coupon_code=MAY&adv1=x',
    booked: sale({ event: '7' }),
    later: [['nid=100&transaction_id=CLICK&order_id=ORDER&adv_event_id=7&status=invalid', 'UPDATED', 'REJECTED']],
  },
  {
    preset: 'affise',
    first: 'clickid=CLICK&action_id=ORDER&goal=2&sum=49.90&status=2&custom_field1=x&secure=9a3f',
    booked: sale({ event: '2' }),
    later: [
      ['clickid=CLICK&action_id=ORDER&goal=2&sum=49.90&status=5', 'DUPLICATE', 'PENDING'],
      ['clickid=CLICK&action_id=ORDER&goal=2&sum=49.90&status=1', 'UPDATED', 'APPROVED'],
    ],
  },
  {
    preset: 'affise',
    first: 'click_id=CLICK&action_id=ORDER&goal=2&sum=49.90&status=5',
    booked: sale({ event: '2' }),
    later: [['click_id=CLICK&action_id=ORDER&goal=2&status=3', 'UPDATED', 'REJECTED']],
  },
  {
    preset: 'impact',
    first:
      'CampaignId=1000&EventTypeCode=SALE&EventDate=2026-06-01T12%3A00%3A00Z&ClickId=CLICK&OrderId=ORDER' +
      '&Amount=49.90&CurrencyCode=USD&ItemSku1=shoe&ItemQuantity1=1&Status=PENDING',
    booked: sale({ currency: 'USD', event: 'SALE' }),
    later: [
      ['ClickId=CLICK&EventTypeCode=SALE&EventDate=NOW&OrderId=ORDER&Status=APPROVED', 'UPDATED', 'APPROVED'],
      ['campaign_id=1000&EventTypeCode=SALE&action_id=ORDER&status=REVERSED&payout=4.99', 'UPDATED', 'REVERSED'],
    ],
  },
]

interface Reply {
  readonly outcome: string
  readonly conversion: string | null
  readonly reason: string | null
}

suite('postbacks in the words of other trackers', () => {
  let app: TestApp
  let make: ReturnType<typeof createCatalogMaker>
  before(async () => {
    app = await createTestApp()
    make = createCatalogMaker(app)
    const rates = [{ currency: 'USD', day: '2026-06-01', rate: '0.9' }]
    await app.get(
      app.adminKey,
      'mutation ($rates: [CurrencyRateInput!]!) { setCurrencyRates(rates: $rates) { rate } }',
      { rates },
    )
  })
  after(() => app?.close())

  /** An advertiser of this preset with a goal for the event, beside another unless it is the default, and a click. */
  async function open(preset: Preset, event: string) {
    const advertiserId = await make.advertiser(preset)
    const query = `mutation ($id: ID!, $input: UpdateAdvertiserInput!) { updateAdvertiser(id: $id, input: $input) { postbackUrl } }`
    const { updateAdvertiser } = await app.get<{ updateAdvertiser: { postbackUrl: string } }>(app.adminKey, query, {
      ...{ id: advertiserId, input: { preset } },
    })
    const price = { kind: 'PERCENT', value: '10' }
    const goal = { event, revenue: price, payout: price, startsAs: 'PENDING', duplicates: 'UPDATE' }
    const goals = event === 'sale' ? [goal] : [goal, { ...goal, event: 'sale' }]
    const campaignId = await make.campaign(advertiserId, { goals })
    const linkId = await make.link(campaignId, await make.affiliate())
    const click = await fetch(`${app.url}/c/${linkId}`, { redirect: 'manual', headers: { 'user-agent': browser } })
    const clickId = new URL(click.headers.get('location') ?? '').searchParams.get('c') ?? ''
    return { clickId, postbackUrl: updateAdvertiser.postbackUrl }
  }

  const ways = {
    GET: (token: string, query: string) => fetch(`${app.url}/postback?token=${token}&${query}`),
    'form POST': (token: string, query: string) =>
      fetch(`${app.url}/postback`, { method: 'POST', headers: form, body: `token=${token}&${query}` }),
  }

  for (const { preset, first, booked, later } of stories) {
    for (const [way, send] of Object.entries(ways)) {
      test(`${preset} by ${way}: ${first}`, async () => {
        const { clickId, postbackUrl } = await open(preset, booked.event)
        const token = new URL(postbackUrl).searchParams.get('token') ?? ''
        const tell = async (text: string): Promise<Reply> => {
          const response = await send(token, text.replace('CLICK', clickId).replace('ORDER', 'A-1'))
          const reply: Reply = JSON.parse(await response.text())
          assert.equal(response.status, reply.outcome === 'CONFLICT' ? 202 : 200, JSON.stringify(reply))
          return reply
        }

        const { outcome, conversion: id } = await tell(first)
        assert.equal(outcome, 'ACCEPTED')
        const look = async () => {
          const query =
            'query ($id: ID!) { conversion(id: $id) { status amount currency transactionId event click { id } } }'
          type Found = { conversion: Booked & { click: { id: string } } }
          const { conversion } = await app.get<Found>(app.adminKey, query, { id })
          const { click, ...rest } = conversion
          assert.equal(click.id, clickId)
          return rest
        }
        const transactionId = booked.transactionId?.replace('ORDER', 'A-1') ?? null
        assert.deepEqual(await look(), { ...booked, transactionId })

        for (const [text, expected, status] of later) {
          const reply = await tell(text)
          assert.deepEqual([reply.outcome, reply.conversion], [expected, id], `${text}: ${reply.reason}`)
          assert.equal((await look()).status, status, text)
        }
      })
    }
  }

  test('there is a story for every preset', () => {
    assert.deepEqual([...new Set(stories.map(({ preset }) => preset))].sort(), [...presets].sort())
  })

  test('the API tells how each preset says it, as postbacks are read', async () => {
    type Shown = { presets: { name: Preset; parameters: object[]; statuses: object[]; postbackParameters: string }[] }
    const { presets: shown } = await app.get<Shown>(
      app.adminKey,
      '{ presets { name parameters { parameter names } statuses { status words } postbackParameters } }',
    )
    assert.deepEqual(
      shown.map(({ name }) => name),
      presets,
    )
    for (const { name, parameters, statuses, postbackParameters } of shown) {
      const table = presetTable(name)
      const words = (status: string) => [...table.statuses.keys()].filter((word) => table.statuses.get(word) === status)
      assert.deepEqual(
        parameters,
        Object.entries(table.names).map(([parameter, names]) => ({ parameter, names })),
      )
      assert.deepEqual(
        statuses,
        conversionStatuses.map((status) => ({ status, words: words(status) })),
      )
      assert.equal(postbackParameters, table.postbackParameters)
    }
  })

  for (const preset of presets) {
    test(`the postback URL of a ${preset} advertiser carries its names and macros as they are, and works filled in`, async () => {
      const { clickId, postbackUrl } = await open(preset, 'sale')
      const [, token, parameters] = /^http.*\/postback\?token=(pbt_\w+)&(.*)$/.exec(postbackUrl) ?? []
      assert.equal(parameters, presetTable(preset).postbackParameters)
      const clickName = presetTable(preset).names.click_id[0] ?? ''
      assert.match(parameters ?? '', new RegExp(`(^|&)${clickName}=\\{`))
      const filled = new URLSearchParams(parameters)
      for (const [name] of [...filled]) filled.set(name, filledIn[name] ?? '49.90')
      filled.set(clickName, clickId)
      const response = await fetch(`${app.url}/postback?token=${token}&${filled}`)
      const reply: Reply = JSON.parse(await response.text())
      assert.equal(reply.outcome, 'ACCEPTED', JSON.stringify(reply))
    })
  }
})

const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** What the macros stand for that are no amount. */
const filledIn: Readonly<Record<string, string>> = {
  ...{ currency: 'EUR', Currency: 'EUR', cnv_currency: 'USD', status: 'approved', Status: 'APPROVED' },
}
