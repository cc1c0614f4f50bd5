import type { Told } from './books.js'
import type { Draw } from './draw.js'
import { type HttpAnswer, headerOf } from './read-answers.js'
import type { World } from './world.js'

/** One thing that is sent. */
export interface HttpUnit {
  readonly request: Buffer
  /** How many inputs are in it: the entries of a batch count one each. */
  readonly inputs: number
  readonly isHead?: boolean
  /** Needs a connection of its own, because the server ends that with its answer. */
  readonly isAlone?: boolean
  /** The page itself, which is HTML. */
  readonly isPage?: boolean
  /** What is wrong with the answer, beyond what is wrong with any. */
  check(answer: HttpAnswer, told: Told): string | null
}

export interface Door {
  readonly name: string
  /** Of a hundred inputs. */
  readonly share: number
  /** Connections, and how many requests may be under way on each. */
  readonly lanes: number
  readonly depth: number
}

export interface HttpDoor extends Door {
  draw(draw: Draw, world: World): HttpUnit
}

/** What comes of one unit that is no plain request and answer. */
export interface Heard {
  readonly inputs: number
  /** A word or a number for each answer. */
  readonly answers: readonly (string | number)[]
  readonly wrong: string | null
  /** It is to be sent again. */
  readonly isBusy?: boolean
}

export interface OwnDoor extends Door {
  /** `sent` is told what goes out, for the report of a failure. */
  send(draw: Draw, world: World, sent: (bytes: Buffer) => void): Promise<Heard>
}

export const isOneOf =
  (...statuses: readonly number[]) =>
  ({ status }: HttpAnswer): string | null =>
    statuses.includes(status) ? null : `${status}`

/**
 * On a machine that has too much else to do, the database may take longer than anybody is made to wait. Then nothing was
 * kept, which the accounts will show, and the sender comes again, as it is told to.
 */
export const isBusy = (answer: HttpAnswer | undefined): boolean =>
  answer?.status === 503 && headerOf(answer.head, 'retry-after') !== null

/** Source positions, and where our own files are. */
const stack = /\n\s+at \S|\bnode_modules\b|\.[jt]s:\d+|file:\/\/|\/dist\/src\//

/** What no answer may have, whatever it answers. */
export function wrongWithAny({ status, head, body }: HttpAnswer, isPage = false): string | null {
  if (!(status >= 200 && status < 500)) return `the status ${status}`
  if (stack.test(body)) return 'a stack trace in the answer'
  if (/"INTERNAL|Something went wrong/.test(body)) return 'an error of ours in the answer'
  if (/^x-injected/im.test(head)) return 'a header that was sent to us in a value'
  if (!isPage && /^content-type: *text\/html/im.test(head)) return 'a page'
  return null
}
