import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Authenticator } from '../access/authenticate.js'
import type { Cursors } from '../access/cursor.js'
import type { Clock } from '../kernel/clock.js'
import { CodedError, unauthenticated } from '../kernel/errors.js'
import type { Admission } from './admission.js'
import { type AskedParameters, readParameters } from './asked/parameters.js'
import { readBoolean, readWord } from './asked/read-values.js'
import type { ExportConnections, ExportSession } from './connections.js'
import { createCsv } from './encoding/csv.js'
import type { Format } from './encoding/format.js'
import { ndjson } from './encoding/ndjson.js'
import { etagOf, isKnown } from './etag.js'
import { asks, type ExportName } from './exports.js'
import type { ExportLimits } from './limits.js'
import { readNames } from './names.js'
import { ClientGone, sendBody } from './send-body.js'
import { watchViewer } from './watch-viewer.js'

export interface AnswerOptions {
  readonly authenticator: Authenticator
  readonly cursors: Cursors
  readonly connections: ExportConnections
  readonly admission: Admission
  readonly clock: Clock
  readonly limits: ExportLimits
  /** How long a client may take for one chunk before it is cut off. */
  readonly stallMs: number
  /** Told why an answer that had begun broke off. */
  readonly logError: (error: unknown, doing: string) => void
}

export type AnswerExport = (name: ExportName, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** Answers a request for an export: who asks, for what, at which state of the books; and then the rows. */
export function createAnswer(options: AnswerOptions): AnswerExport {
  const { authenticator, cursors, connections, admission, clock, limits, stallMs, logError } = options
  return async (name, request, reply) => {
    const access = await authenticator.open(request.headers.authorization)
    if (access === null) throw unauthenticated()
    const { scope } = access
    const nowMs = clock()
    const parameters = readParameters(request.url)
    const format = readFormat(parameters)
    const asked = asks[name](parameters, { scope, cursors, connections, limits, nowMs })
    parameters.refuseOthers()
    const mayGoOn = watchViewer({ response: reply.raw, authenticator, access, everyMs: limits.accessEveryMs })

    /** All at one moment; the rows only if they are wanted. */
    async function open(session: ExportSession) {
      const { asOf, decidedBy, begin } = await asked.open(session)
      const etag = etagOf([
        ...[name, format.id, asked.columns.map((column) => column.name), asked.question],
        ...[cursors.seal(scope, decidedBy.place), decidedBy.more],
      ])
      const known = isKnown(request.headers['if-none-match'], etag)
      const named = { asOf: cursors.seal(scope, asOf), etag, known }
      if (known || request.method === 'HEAD') return { ...named, body: null }
      const names = await readNames(session.rows, scope.workspaceId)
      return { ...named, body: await begin(session, { format, names, mayGoOn }) }
    }

    const leave = admission.enter(scope)
    const { asOf, etag, known, body } = await connections.inSnapshot(open).catch((error: unknown) => {
      leave()
      throw error
    })
    reply.headers({
      etag,
      'pulseback-as-of': asOf,
      // May be kept, by the viewer's own cache alone, and is asked for again each time: that costs a 304.
      'cache-control': 'private, no-cache',
      vary: [reply.getHeader('vary'), 'authorization'].filter((one) => one !== undefined).join(', '),
    })
    if (known) reply.code(304)
    else reply.headers({ 'content-type': format.contentType, 'content-disposition': disposition(name, format, nowMs) })
    if (body === null) {
      leave()
      return reply.send()
    }
    reply.hijack()
    // What was set above, and by CORS.
    const response = reply.raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders)
    sendBody({ response, header: Buffer.from(format.header(asked.columns)), body, stallMs })
      .catch((error: unknown) => {
        if (!(error instanceof ClientGone) && !(error instanceof CodedError)) logError(error, 'sending an export')
      })
      .finally(leave)
    return reply
  }
}

function readFormat(parameters: AskedParameters): Format {
  const name = readWord(['csv', 'ndjson'])(parameters, 'format')
  const isRaw = readBoolean(parameters, 'raw') ?? false
  return name === 'ndjson' ? ndjson : createCsv({ isRaw })
}

const disposition = (name: ExportName, { extension }: Format, nowMs: number): string =>
  `attachment; filename="${name}-${new Date(nowMs).toISOString().slice(0, 10)}.${extension}"`
