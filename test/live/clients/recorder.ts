import { type RawData, WebSocket, type ClientOptions as WsOptions } from 'ws'

/** One message of the graphql-transport-ws protocol. */
export interface ProtocolMessage {
  readonly type: string
  readonly id?: string
  readonly payload?: {
    readonly variables?: Readonly<Record<string, unknown>>
    readonly cursors?: Readonly<Record<string, string>>
  }
}

/** A WebSocket class for one client, which notes what its sockets say and hear. */
export function createRecorder() {
  const sent: ProtocolMessage[] = []
  const heard: ProtocolMessage[] = []
  const sockets: WebSocket[] = []

  class RecordingSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[], options?: WsOptions) {
      super(url, protocols, options)
      sockets.push(this)
      this.on('message', (data: RawData) => heard.push(JSON.parse(String(data))))
    }
    override send(text: string) {
      sent.push(JSON.parse(text))
      super.send(text)
    }
  }

  return {
    sent,
    heard,
    RecordingSocket,
    subscribes: () => sent.filter(({ type }) => type === 'subscribe'),
    /** As if the server had said it on the present connection. */
    hear: (message: ProtocolMessage) =>
      void sockets.at(-1)?.emit('message', Buffer.from(JSON.stringify(message)), false),
  }
}

export type Recorder = ReturnType<typeof createRecorder>
