import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Access, Authenticator } from '../access/authenticate.js'
import type { Cursors } from '../access/cursor.js'
import type { Clock } from '../kernel/clock.js'
import { unauthenticated } from '../kernel/errors.js'
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
import { openStream } from './open-stream.js'

export interface AnswerOptions {
  readonly authenticator: Authenticator
  readonly cursors: Cursors
  readonly connections: ExportConnections
  readonly admission: Admission
  readonly clock: Clock
  readonly limits: ExportLimits
  /** How long a client may take for one chunk before it is cut off. */
  readonly stallMs: number
}

export type AnswerExport = (name: ExportName, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** Answers a request for an export: who asks, for what, at which state of the books; and then the rows. */
export function createAnswer(options: AnswerOptions): AnswerExport {
  const { authenticator, cursors, connections, admission, clock, limits, stallMs } = options
  return async (name, request, reply) => {
    const access = await authenticator.open(request.headers.authorization)
    if (access === null) throw unauthenticated()
    const { scope } = access
    const nowMs = clock()
    const parameters = readParameters(request.url)
    const format = readFormat(parameters)
    const asked = asks[name](parameters, { scope, cursors, connections, limits, nowMs })
    parameters.refuseOthers()
    const mayGoOn = createAccessCheck(authenticator, access, limits.accessEveryMs)

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
    const header = Buffer.from(format.header(asked.columns))
    const stream = openStream({ header, body, response: reply.raw, stallMs })
    stream.once('close', leave)
    return reply.send(stream)
  }
}

function readFormat(parameters: AskedParameters): Format {
  const name = readWord(['csv', 'ndjson'])(parameters, 'format')
  const isRaw = readBoolean(parameters, 'raw') ?? false
  return name === 'ndjson' ? ndjson : createCsv({ isRaw })
}

const disposition = (name: ExportName, { extension }: Format, nowMs: number): string =>
  `attachment; filename="${name}-${new Date(nowMs).toISOString().slice(0, 10)}.${extension}"`

/** Whether who asked still may, looked up now and then: an export can take longer than a key's life. */
function createAccessCheck(authenticator: Authenticator, access: Access, everyMs: number): () => Promise<void> {
  let lookedAtMs = performance.now()
  return async () => {
    if (performance.now() - lookedAtMs < everyMs) return
    lookedAtMs = performance.now()
    if ((await authenticator.ended([access])).has(access)) throw unauthenticated()
  }
}
