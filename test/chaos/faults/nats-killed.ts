import { hasNatsServer, startNats, type TestNats } from '../../support/nats.js'
import type { Fault, Stage } from '../fault.js'
import type { World } from '../world.js'

const lacks = async () => (hasNatsServer() ? null : 'nats-server is not installed')

/** Intake does not need it, and subscribers hear of everything for all that. */
async function killed({ open, after }: Stage, strike: (nats: TestNats) => Promise<void>): Promise<World> {
  const nats = await startNats(3)
  after(nats.stop)
  const world = await open({ nodes: 3, environment: { NATS_URL: nats.url }, subscribers: 6 })
  await world.traffic(500)
  await strike(nats)
  await world.traffic(1_500)
  const harmed = world.journal.attempts.filter(({ state }) => state === 'REFUSED' || state === 'UNKNOWN')
  for (const { name, said } of harmed) world.find('other', `${name} was not taken: ${said}`)
  return world
}

export const natsLeaderKilled: Fault = {
  name: 'nats-leader-killed',
  what: 'kill -9 of the leader of three NATS servers, under three nodes',
  lacks,
  run: (stage) => killed(stage, (nats) => nats.killLeader()),
}

export const natsKilled: Fault = {
  name: 'nats-killed',
  what: 'kill -9 of all NATS servers, under three nodes',
  lacks,
  run: (stage) => killed(stage, (nats) => nats.killAll()),
}
