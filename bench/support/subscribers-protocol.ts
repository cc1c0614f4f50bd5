import type { Question } from './questions.js'

/** What the process that holds the subscribers is asked, and answers. */
export interface OpenPlan {
  readonly url: string
  readonly sockets: number
  /** What `connection_init` says; null: bare sockets that subscribe to nothing. */
  readonly connectionParams: object | null
  readonly query: string
  /** Taken in turn. */
  readonly questions: readonly Question[]
  /** False: only connected. */
  readonly subscribes: boolean
  /** Whether it is to be known when the last subscriber had each message. */
  readonly keepsTimes: boolean
  readonly settleMs: number
}

export interface Opened {
  /** Where each subscriber connects from. */
  readonly ports: readonly number[]
}

export interface Expected {
  /** How many were sent since the sockets were opened. */
  readonly changes: number
  /** Deliveries are counted from this one on. */
  readonly from: number
}

export interface Heard {
  readonly deliveries: number
  /** On the wire, a delivery. */
  readonly bytes: number
  /** When the last of them came. */
  readonly lastAtMs: number
  /** What the subscribers' own process took since they were open. */
  readonly cpuMicros: number
  /** The text of a message. */
  readonly example: string
}

export interface Arrival {
  readonly transactionId: string
  /** When the last of those who must have it had it, by the clock that all processes share. */
  readonly atMs: number
}
