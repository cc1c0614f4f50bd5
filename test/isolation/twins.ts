import { createTestApp, type TestApp, type TestAppOptions, until } from '../support/app.js'
import { type Canaries, createCanaries } from './canaries.js'
import { allEyes, type Eyes, nameOf, ways } from './eyes.js'
import { lifeOfWay, moreOfWay, type Step, troubleOf } from './live.js'
import { makeTenant, of, type Tenant } from './make-tenant.js'
import { noteIds } from './note-ids.js'

/** Those of a workspace who may see nothing of what the twins differ in: either workspace is to answer them the same. */
export const unaware: readonly Omit<Eyes, 'tenant'>[] = [
  { role: 'AFFILIATE', index: 0 },
  { role: 'ADVERTISER', index: 1 },
]

export interface Viewer extends Eyes {
  readonly name: string
  readonly key: string
}

/** Two workspaces that live the same life at the same moments, each in words of its own, and all who look at them. */
export async function createTwins(options: TestAppOptions = {}) {
  const app = await createTestApp(options)
  try {
    return await bringUp(app)
  } catch (error) {
    await app.close()
    throw error
  }
}

async function bringUp(app: TestApp) {
  const canaries = createCanaries()
  const tenants = [await makeTenant(app, canaries, 0), await makeTenant(app, canaries, 1)] as const
  const tick = () => {
    app.time.nowMs += 1_000
  }

  async function together(lifeOf: (tenant: Tenant) => readonly Step[]): Promise<void> {
    const lives = tenants.map(lifeOf)
    for (let step = 0; lives.some((life) => step < life.length); step += 1) {
      for (const life of lives) await life[step]?.()
      tick()
    }
  }
  for (const way of ways.keys()) await together((tenant) => lifeOfWay(app, canaries, tenant, way))
  for (const advertiser of [0, 1]) await together((tenant) => troubleOf(app, canaries, tenant, advertiser))

  await untilFolded(app)
  // What comes now stays as it is: roll-ups are folded again when ten seconds have passed, and here none pass.
  for (const way of ways.keys()) await together((tenant) => moreOfWay(app, tenant, way))
  const viewers: Viewer[] = []
  for (const eyes of allEyes) {
    const key = await makeKey(app, canaries, of(tenants, eyes.tenant), eyes)
    viewers.push({ ...eyes, key, name: nameOf(eyes) })
  }
  for (const tenant of tenants) await makeAndRevokeKey(app, canaries, tenant)
  const learnIds = () => noteIds(app.rows, canaries, tenants)
  await learnIds()
  // That a key was used is noted a moment after its first use.
  for (const { key } of viewers) await app.head(key)
  const unused = () =>
    app.rows(`select from access_key where workspace_id = any($1) and last_used_at is null and revoked_at is null`, [
      tenants.map(({ scope }) => scope.workspaceId),
    ])
  await until(async () => (await unused()).length === 0, 'all keys to be noted as used')
  return { app, canaries, tenants, viewers, tick, together, learnIds, close: () => app.close() }
}

export type Twins = Awaited<ReturnType<typeof createTwins>>

async function makeKey(app: TestApp, canaries: Canaries, tenant: Tenant, { role, index }: Eyes): Promise<string> {
  const owner = {
    ...(role === 'ADVERTISER' && { advertiserId: of(tenant.advertisers, index) }),
    ...(role === 'AFFILIATE' && { affiliateId: of(tenant.affiliates, index) }),
  }
  const query = 'mutation ($input: CreateKeyInput!) { createKey(input: $input) { secret } }'
  const input = { name: tenant.word(`key of ${role} ${index}`, 'keys'), role, ...owner }
  const { createKey } = await app.get<{ createKey: { secret: string } }>(tenant.adminKey, query, { input })
  canaries.note(`secret of ${role} ${index}`, tenant.mark('secret'), createKey.secret)
  return createKey.secret
}

/** Figures are to be read of both: of roll-ups, and of what they lack. */
async function untilFolded(app: TestApp): Promise<void> {
  const behind = `select from workspace_head h left join rollup_mark m using (workspace_id)
    where h.position > 0 and (m.position is null or m.position < h.position or m.revision < h.revision)`
  let checked = 0
  const isFolded = async () => {
    if ((await app.rows(behind)).length === 0) return true
    // Only while it is not: or all would be folded once more, amid what comes then. And more than once, because a turn of
    // the upkeep that was under way may have taken the moment for its own.
    if (checked++ % 300 === 0) app.time.nowMs += 10_000
    return false
  }
  await until(isFolded, 'all to be folded', 20_000)
}

async function makeAndRevokeKey(app: TestApp, canaries: Canaries, tenant: Tenant): Promise<void> {
  type Made = { createKey: { secret: string; key: { id: string } } }
  const name = tenant.word('key that was revoked', 'keys')
  const create = 'mutation ($name: String!) { createKey(input: {name: $name, role: ANALYST}) { secret key { id } } }'
  const { createKey } = await app.get<Made>(tenant.adminKey, create, { name })
  canaries.note('secret that was revoked', tenant.mark('secret'), createKey.secret)
  await app.get(tenant.adminKey, 'mutation ($id: ID!) { revokeKey(id: $id) { id } }', { id: createKey.key.id })
}
