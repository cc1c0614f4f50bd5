import { request } from 'node:http'
import { within } from './app.js'

export interface StreamedEvent {
  readonly event: string
  readonly id: string | null
  readonly data: string
}

/** A subscription by server-sent events that reads only when it is told to. */
export async function openPausableStream(
  url: string,
  key: string,
  operation: { readonly query: string; readonly variables: object },
  lastEventId: string | null = null,
) {
  const asked = request(`${url}/graphql`, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${key}`,
      accept: 'text/event-stream',
      'content-type': 'application/json',
      ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
    },
  })
  asked.end(JSON.stringify(operation))
  const answer = Promise.withResolvers<import('node:http').IncomingMessage>()
  asked.once('response', answer.resolve)
  const response = await within(answer.promise, 'an event stream')
  response.setEncoding('utf8')
  const events: StreamedEvent[] = []
  let text = ''
  let isOver = false
  let wake = () => {}
  response.on('data', (chunk: string) => {
    const parts = (text + chunk).split('\n\n')
    text = parts.pop() ?? ''
    events.push(...parts.filter((part) => part !== ':').map(readEvent))
    wake()
  })
  const end = () => {
    isOver = true
    wake()
  }
  response.on('error', end)
  response.on('close', end)

  return {
    port: response.socket.localPort ?? 0,
    /** Null once it is over. */
    async next(): Promise<StreamedEvent | null> {
      while (events.length === 0 && !isOver) {
        await within(
          new Promise<void>((resolve) => {
            wake = resolve
          }),
          'an event',
        )
      }
      return events.shift() ?? null
    },
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    destroy: () => void response.destroy(),
  }
}

function readEvent(part: string): StreamedEvent {
  const fields = new Map(part.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]))
  return { event: fields.get('event') ?? '', id: fields.get('id') ?? null, data: fields.get('data') ?? '' }
}
