/** One message as all subscribers of a question get it. */
export interface Payload {
  /** The result of the execution as JSON, each character one byte of its UTF-8 form: it is written as latin1. */
  readonly text: string
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
