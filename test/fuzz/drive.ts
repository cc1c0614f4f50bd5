import type { Told } from './books.js'
import { type Door, type HttpDoor, isBusy, type OwnDoor, wrongWithAny } from './door.js'
import { createDraw } from './draw.js'
import { openHttpLane, sendAlone } from './http-lane.js'
import type { World } from './world.js'

export type AnyDoor = HttpDoor | OwnDoor

/** How a door's traffic goes. */
export interface Progress {
  readonly door: AnyDoor
  units: number
  inputs: number
  /** How long its lanes were at it. */
  seconds: number
  readonly answers: Map<string, number>
  slowest: { readonly unit: number; readonly ms: number }
}

export interface Failure {
  readonly door: string
  readonly unit: number
  readonly wrong: string
  /** What was sent, as it went out. */
  readonly sent: string
}

export interface Driving {
  readonly seed: number
  readonly world: World
  readonly told: Told
  readonly failures: Failure[]
}

const maxFailures = 10
const maxTries = 10
const maxShown = 4_000

export const notBegun = (door: AnyDoor): Progress => ({
  door,
  units: 0,
  inputs: 0,
  seconds: 0,
  answers: new Map(),
  slowest: { unit: 0, ms: 0 },
})

/** Sends what is left up to so many inputs, on all of the door's lanes at once. */
export async function drive(driving: Driving, progress: Progress, upToInputs: number): Promise<void> {
  const { door } = progress
  const startedMs = performance.now()
  const lanes = Array.from({ length: door.lanes }, () => openHttpLane(driving.world.url))
  const next = () => (progress.inputs < upToInputs && driving.failures.length < maxFailures ? progress.units++ : null)
  const work = async (lane: ReturnType<typeof openHttpLane>) => {
    for (let unit = next(); unit !== null; unit = next()) {
      const startedMs = performance.now()
      await sendUnit(driving, progress, unit, lane)
      const ms = performance.now() - startedMs
      if (ms > progress.slowest.ms) progress.slowest = { unit, ms }
    }
  }
  await Promise.all(lanes.flatMap((lane) => Array.from({ length: door.depth }, () => work(lane))))
  for (const lane of lanes) lane.close()
  progress.seconds += (performance.now() - startedMs) / 1000
}

/** One unit, drawn anew: the same each time for the same seed. */
export async function sendUnit(
  driving: Driving,
  progress: Progress,
  unit: number,
  lane: ReturnType<typeof openHttpLane>,
): Promise<void> {
  const { door } = progress
  let sent: Buffer = Buffer.alloc(0)
  const fail = (wrong: string) =>
    driving.failures.push({ door: door.name, unit, wrong, sent: sent.toString('latin1').slice(0, maxShown) })
  /** What is answered in the end. */
  async function insist<Answer>(
    send: () => Promise<Answer>,
    isToGoAgain: (answer: Answer) => boolean,
  ): Promise<Answer> {
    let answer = await send()
    for (let tries = 0; isToGoAgain(answer) && tries < maxTries; tries += 1) {
      count(progress, '503, sent again')
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      answer = await send()
    }
    return answer
  }
  const begin = () => createDraw(driving.seed, door.name, unit)
  try {
    if ('send' in door) {
      const send = () => {
        sent = Buffer.alloc(0)
        return door.send(begin(), driving.world, (bytes) => {
          sent = Buffer.concat([sent, bytes])
        })
      }
      const { inputs, answers, wrong } = await insist(send, (heard) => heard.isBusy === true)
      progress.inputs += inputs
      for (const answer of answers) count(progress, String(answer))
      if (wrong !== null) fail(wrong)
      return
    }
    const {
      request,
      inputs,
      isHead = false,
      isAlone = false,
      isPage = false,
      check,
    } = door.draw(begin(), driving.world)
    sent = request
    progress.inputs += inputs
    const send = async () =>
      isAlone ? (await sendAlone(driving.world.url, request, { isHead })).answers[0] : lane.send(request, isHead)
    const answer = await insist(send, isBusy)
    if (answer === undefined) return void fail('no answer')
    count(progress, String(answer.status))
    const wrong = wrongWithAny(answer, isPage) ?? check(answer, driving.told)
    if (wrong !== null) fail(`${wrong}\nanswered: ${answer.head}\n${answer.body.slice(0, maxShown)}`)
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error))
  }
}

const count = ({ answers }: Progress, answer: string) => void answers.set(answer, (answers.get(answer) ?? 0) + 1)

export const inputsOf = (door: Door, total: number): number => Math.ceil((door.share / 100) * total)
