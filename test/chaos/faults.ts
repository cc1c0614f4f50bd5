import type { Fault } from './fault.js'
import { appKilled } from './faults/app-killed.js'
import { copiesAtOnce } from './faults/copies.js'
import { backendKilled, databaseKilled } from './faults/database-killed.js'
import { databaseStopped } from './faults/database-stopped.js'
import { diskFull } from './faults/disk-full.js'
import { natsKilled, natsLeaderKilled } from './faults/nats-killed.js'
import { networkCut } from './faults/network-cut.js'
import { poison } from './faults/poison.js'
import { rollingRestart } from './faults/rolling-restart.js'
import { stalledSockets } from './faults/stalled-sockets.js'

export const faults: readonly Fault[] = [
  appKilled,
  backendKilled,
  databaseKilled,
  databaseStopped,
  diskFull,
  networkCut,
  natsLeaderKilled,
  natsKilled,
  stalledSockets,
  copiesAtOnce,
  poison,
  rollingRestart,
]

/** Of a short run: what other tests do not do already. */
export const briefly: readonly Fault[] = [appKilled, databaseKilled, networkCut, copiesAtOnce, poison]
