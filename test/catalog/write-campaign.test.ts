import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { decodeId, encodeId, newId } from '../../src/kernel/ids.js'
import { createTestApi, type TestApi } from '../support/api.js'
import { type CatalogMaker, createCatalogMaker } from '../support/catalog.js'

const price = (kind: string, value: string | null = null) => ({ kind, value })
const goal = (event: string, revenue = price('FIXED', '10'), more: object = {}) => ({
  event,
  revenue,
  payout: price('FIXED', '5'),
  ...more,
})

suite('Campaigns', () => {
  let api: TestApi
  let make: CatalogMaker
  let advertiserId: string

  before(async () => {
    api = await createTestApi()
    make = createCatalogMaker(api)
    advertiserId = await make.advertiser()
  })
  after(() => api.close())

  const update = `mutation ($id: ID!, $input: UpdateCampaignInput!) {
    updateCampaign(id: $id, input: $input) { name status fallbackUrl clientSide goals { event revenue { kind value } startsAs } }
  }`
  const create = `mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { id } }`

  const versions = (id: string) =>
    api.rows<{ event: string; number: number; active: boolean; value: string | null; at: Date }>(
      `select event, number, active, revenue_value::float8::text as value, in_force_from as at
         from goal_version where campaign_id = $1 order by event, number`,
      [decodeId('cmp', id)],
    )

  test('a goal that changes gets its next version, an equal one stays, a missing one is withdrawn', async () => {
    const id = await make.campaign(advertiserId, { goals: [goal('lead'), goal('sale'), goal('trial')] })
    const madeAt = new Date(api.time.nowMs)
    api.time.nowMs += 60_000
    const changedAt = new Date(api.time.nowMs)
    const goals = [goal('lead', price('FIXED', '10.00')), goal('sale', price('FIXED', '12.5')), goal('install')]
    const { updateCampaign } = await api.get<{ updateCampaign: { goals: { event: string }[] } }>(api.adminKey, update, {
      id,
      input: { goals },
    })
    assert.deepEqual(
      (await versions(id)).map(({ event, number, active, value, at }) => [event, number, active, value, at]),
      [
        ['install', 1, true, '10', changedAt],
        ['lead', 1, true, '10', madeAt],
        ['sale', 1, true, '10', madeAt],
        ['sale', 2, true, '12.5', changedAt],
        ['trial', 1, true, '10', madeAt],
        ['trial', 2, false, '10', changedAt],
      ],
    )
    assert.deepEqual(updateCampaign.goals.map(({ event }) => event).sort(), ['install', 'lead', 'sale'])
  })

  test('a goal that was withdrawn can come back, as its next version', async () => {
    const id = await make.campaign(advertiserId, { goals: [goal('lead'), goal('sale')] })
    await api.get(api.adminKey, update, { id, input: { goals: [goal('sale')] } })
    await api.get(api.adminKey, update, { id, input: { goals: [goal('sale'), goal('lead')] } })
    assert.deepEqual(
      (await versions(id)).map(({ event, number, active }) => [event, number, active]),
      [
        ['lead', 1, true],
        ['lead', 2, false],
        ['lead', 3, true],
        ['sale', 1, true],
      ],
    )
  })

  test('every version of a goal is told, newest first, to those who see all money', async () => {
    const id = await make.campaign(advertiserId, { goals: [goal('lead'), goal('sale')] })
    const madeAt = new Date(api.time.nowMs).toISOString()
    api.time.nowMs += 60_000
    await api.get(api.adminKey, update, { id, input: { goals: [goal('sale', price('PERCENT', '7.5'))] } })
    const changedAt = new Date(api.time.nowMs).toISOString()
    const query = `query ($id: ID!, $first: Int) { campaign(id: $id) {
      goalVersions(first: $first) { number inForceFrom withdrawn goal { event revenue { kind value } payout { value } } } } }`
    interface Version {
      number: number
      inForceFrom: string
      withdrawn: boolean
      goal: { event: string; revenue: { kind: string; value: string }; payout: { value: string } }
    }
    const read = async (key: string, first = 50) => {
      const variables = { id, first }
      const { campaign } = await api.get<{ campaign: { goalVersions: Version[] } }>(key, query, variables)
      return campaign.goalVersions.map(({ number, inForceFrom, withdrawn, goal: { event, revenue, payout } }) =>
        [event, number, inForceFrom, withdrawn, revenue.kind, revenue.value, payout.value].join(' '),
      )
    }
    const all = [
      `lead 2 ${changedAt} true FIXED 10 5`,
      `sale 2 ${changedAt} false PERCENT 7.5 5`,
      `lead 1 ${madeAt} false FIXED 10 5`,
      `sale 1 ${madeAt} false FIXED 10 5`,
    ]
    assert.deepEqual(await read(api.adminKey), all)
    assert.deepEqual(await read(await make.key('ANALYST')), all)
    assert.deepEqual(await read(api.adminKey, 2), all.slice(0, 2))
    assert.deepEqual(await read(await make.key('ADVERTISER', { advertiserId })), [])
    for (const first of [0, 501, null]) {
      assert.equal(await api.refusal(api.adminKey, query, { id, first }), 'BAD_USER_INPUT first')
    }
  })

  test('every change raises the catalog version by one, and the rows touched carry it', async () => {
    const workspace = [api.workspaceId]
    const readVersion = async () => {
      const [head] = await api.rows<{ catalog_version: string }>(
        `select catalog_version from workspace_head where workspace_id = $1`,
        workspace,
      )
      return Number(head?.catalog_version)
    }
    const before = await readVersion()
    const id = await make.campaign(advertiserId)
    await api.get(api.adminKey, update, { id, input: { goals: [goal('sale', price('FIXED', '11'))] } })
    assert.equal(await readVersion(), before + 2)
    const stamps = await api.rows<{ number: number; catalog_version: string }>(
      `select number, catalog_version from goal_version where campaign_id = $1 order by number`,
      [decodeId('cmp', id)],
    )
    assert.deepEqual(
      stamps.map((row) => Number(row.catalog_version)),
      [before + 1, before + 2],
    )
  })

  test('changes at the same time take their turns', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => make.campaign(advertiserId)))
    const stamps = await api.rows<{ catalog_version: string }>(
      `select distinct catalog_version from campaign where id = any($1)`,
      [ids.map((id) => decodeId('cmp', id))],
    )
    assert.equal(stamps.length, 8)
  })

  test('what an update leaves out stays, null clears what can be empty and is refused elsewhere', async () => {
    const id = await make.campaign(advertiserId, { fallbackUrl: 'https://a.example' })
    const read = async (input: object) =>
      (
        await api.get<{ updateCampaign: { name: string; fallbackUrl: string | null } }>(api.adminKey, update, {
          id,
          input,
        })
      ).updateCampaign
    assert.equal((await read({ name: 'New' })).fallbackUrl, 'https://a.example')
    assert.equal((await read({ fallbackUrl: null })).fallbackUrl, null)
    assert.equal((await read({ status: 'PAUSED' })).name, 'New')
    for (const field of ['name', 'status', 'destinationUrl', 'attributionWindowDays', 'clientSide', 'goals']) {
      assert.equal(await api.refusal(api.adminKey, update, { id, input: { [field]: null } }), `BAD_USER_INPUT ${field}`)
    }
  })

  test('what cannot be a campaign is refused, and the field named', async () => {
    const refused: [string, object][] = [
      ['name', { name: '' }],
      ['name', { name: 'x'.repeat(201) }],
      ['name', { name: 'a\u0000b' }],
      ['destinationUrl', { destinationUrl: 'ftp://a.example' }],
      ['destinationUrl', { destinationUrl: 'javascript:alert(1)' }],
      ['destinationUrl', { destinationUrl: '/relative' }],
      ['destinationUrl', { destinationUrl: 'https://a.example/a\nb' }],
      ['destinationUrl', { destinationUrl: `https://a.example/${'x'.repeat(2_048)}` }],
      ['fallbackUrl', { fallbackUrl: 'https:' }],
      ['attributionWindowDays', { attributionWindowDays: 0 }],
      ['attributionWindowDays', { attributionWindowDays: 366 }],
      ['goals', { goals: [] }],
      ['goals', { goals: Array.from({ length: 51 }, (_, index) => goal(`e${index}`)) }],
      ['goals.0.event', { goals: [goal('a b')] }],
      ['goals.1.event', { goals: [goal('a'), goal('a')] }],
      ['goals.0.revenue.value', { goals: [goal('a', price('FIXED', '1.23456'))] }],
      ['goals.0.revenue.value', { goals: [goal('a', price('FIXED', '-1'))] }],
      ['goals.0.revenue.value', { goals: [goal('a', price('FIXED'))] }],
      ['goals.0.revenue.value', { goals: [goal('a', price('PERCENT', '1000.1'))] }],
      ['goals.0.revenue.value', { goals: [goal('a', price('PERCENT', '1.1234567'))] }],
      ['goals.0.revenue.value', { goals: [goal('a', price('PASSED', '1'))] }],
      ['goals.0.startsAs', { goals: [goal('a', undefined, { startsAs: 'REVERSED' })] }],
      ['clientSide', { clientSide: true, goals: [goal('a', price('PERCENT', '5'))] }],
    ]
    const valid = { advertiserId, name: 'C', destinationUrl: 'https://a.example', goals: [goal('a')] }
    for (const [field, input] of refused) {
      assert.equal(
        await api.refusal(api.adminKey, create, { input: { ...valid, ...input } }),
        `BAD_USER_INPUT ${field}`,
        JSON.stringify(input),
      )
    }
    assert.equal(
      await api.refusal(api.adminKey, create, { input: { ...valid, advertiserId: 'adv_x' } }),
      'NOT_FOUND advertiserId',
    )
  })

  test('macros may stand anywhere in a destination, even for its host', async () => {
    const urls = [
      'https://a.example/{campaign_id}/x?c={click_id}#{sub1}',
      'https://{sub1}.a.example/',
      'http://a.example',
    ]
    for (const destinationUrl of urls) await make.campaign(advertiserId, { destinationUrl })
  })

  test('a campaign with pixel and script keeps to fixed prices, from whichever side it is changed', async () => {
    const id = await make.campaign(advertiserId, { clientSide: true })
    const passed = { goals: [goal('sale', price('PASSED'))] }
    assert.equal(await api.refusal(api.adminKey, update, { id, input: passed }), 'BAD_USER_INPUT clientSide')
    await api.get(api.adminKey, update, { id, input: { ...passed, clientSide: false } })
    assert.equal(
      await api.refusal(api.adminKey, update, { id, input: { clientSide: true } }),
      'BAD_USER_INPUT clientSide',
    )
  })

  test('an unknown campaign cannot be changed', async () => {
    for (const id of [advertiserId, 'cmp_x', encodeId('cmp', newId())]) {
      assert.equal(await api.refusal(api.adminKey, update, { id, input: { name: 'x' } }), 'NOT_FOUND id')
    }
  })
})
