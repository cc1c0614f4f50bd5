import type { Connection, Submittable } from 'pg'

/** Takes what arrives; a promise makes the server wait until it is done. The bytes are good only during the call. */
export type TakePiece = (piece: Buffer) => Promise<void> | void

/**
 * One COPY … TO STDOUT, in the form in which `pg` runs queries: an object that it submits, and tells what arrives. The
 * server sends a message for each row, and `pg` cuts them out of what it reads without a copy. As a stream, which
 * `pg-copy-streams` would make of it, the rows are copied twice, and an export takes twice as long.
 */
export class CopyOut implements Submittable {
  readonly #text: string
  readonly #take: TakePiece
  readonly #rows = Promise.withResolvers<number>()
  #count = 0
  #failure: Error | null = null
  #taken: Promise<void> = Promise.resolve()
  #connection: Connection | null = null

  constructor(query: string, take: TakePiece) {
    this.#text = `copy (${query}) to stdout (format binary)`
    this.#take = take
  }

  /** For those who watch what is asked. */
  get text(): string {
    return this.#text
  }

  /** How many rows there were, when all of them were taken. */
  get rows(): Promise<number> {
    return this.#rows.promise
  }

  submit(connection: Connection): void {
    this.#connection = connection
    connection.query(this.#text)
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    if (this.#failure !== null) return
    // An error that left this call would end the process.
    try {
      const taking = this.#take(chunk)
      if (taking !== undefined) this.#waitFor(taking)
    } catch (error) {
      this.#fail(error)
    }
  }

  #waitFor(taking: Promise<void>): void {
    const stream = this.#connection?.stream
    stream?.pause()
    this.#taken = this.#taken
      .then(() => taking)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => stream?.resume())
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error))
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#count = Number(text.split(' ')[1])
  }

  handleError(error: Error): void {
    this.#rows.reject(error)
  }

  handleReadyForQuery(): void {
    void this.#taken.then(() => {
      if (this.#failure === null) this.#rows.resolve(this.#count)
      else this.#rows.reject(this.#failure)
    })
  }
}
