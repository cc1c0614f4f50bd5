/** One message as all subscribers of a question get it. */
export interface Payload {
  /** The result of the execution as JSON, in UTF-8. */
  readonly body: Buffer
  /** Where to go on behind it; null where a feed has no places. */
  readonly cursor: string | null
}

/** Executes one document, with one scope's eyes, for one event after another. */
export interface Renderer {
  /** Two renderers of one id give the same payload for the same event. */
  readonly id: number
  /** `value` is what the document's root field sees as its root. */
  render(value: object): Promise<Payload>
}
