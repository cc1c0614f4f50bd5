import assert from 'node:assert/strict'

export interface StreamedEvent {
  readonly event: string
  readonly id: string
  readonly data: {
    readonly data?: { readonly conversions: { readonly conversion: { readonly transactionId: string } } } | null
    readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
    readonly extensions?: { readonly cursor: string }
  } | null
}

export interface EventStream {
  readonly response: Response
  /** Those that came so far. */
  readonly events: readonly StreamedEvent[]
  /** Moves with each `id:` line, also of a block that is no event. */
  readonly lastEventId: string
  readonly ended: boolean
  close(): void
}

/** Reads Server-Sent Events by the rules that browsers' EventSource goes by, over a plain fetch. */
export async function openEventStream(url: string, init: RequestInit = {}): Promise<EventStream> {
  const abort = new AbortController()
  const headers = { accept: 'text/event-stream', ...init.headers }
  const response = await fetch(url, { ...init, headers, signal: abort.signal })
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') && response.body !== null
  if (!isStream) assert.fail(`no event stream: ${response.status} ${await response.text()}`)
  const events: StreamedEvent[] = []
  const state = { lastEventId: '', ended: false }

  function read(block: string): void {
    const fields = { event: 'message', data: [] as string[] }
    for (const line of block.split('\n')) {
      const [, name, value = ''] = /^([^:]+)(?:: ?(.*))?$/.exec(line) ?? []
      if (name === 'id') state.lastEventId = value
      if (name === 'event') fields.event = value
      if (name === 'data') fields.data.push(value)
    }
    // The stock client wants a `data:` line with `complete` too, and so do the rules for any event.
    if (fields.data.length === 0) return
    const data = fields.data.join('\n')
    events.push({ event: fields.event, id: state.lastEventId, data: data === '' ? null : JSON.parse(data) })
  }

  async function pump(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = ''
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text.replaceAll('\r\n', '\n')).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) read(block)
    }
  }

  // However it ends, it has ended.
  const end = () => {
    state.ended = true
  }
  pump(response.body as ReadableStream<Uint8Array>).then(end, end)

  return {
    response,
    events,
    get lastEventId() {
      return state.lastEventId
    },
    get ended() {
      return state.ended
    },
    close: () => abort.abort(),
  }
}
