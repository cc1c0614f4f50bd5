import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { type OperationLimits, operationLimits } from './graph/limits.js'
import type { IntakeRates } from './intake/intake-limits.js'
import { StartupError } from './kernel/errors.js'
import { isRateSource } from './rates/read-source.js'

/** Everything that can be set from outside, checked and frozen. This file alone reads the environment. */
export interface Config {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  /** Where on 127.0.0.1 the embedded database answers too, for tools that speak SQL; null: its socket alone. */
  readonly databasePort: number | null
  /** Null: the embedded database. */
  readonly databaseUrl: string | null
  /** What links and postback URLs begin with, without a slash at the end; null: as each request says. */
  readonly publicUrl: string | null
  readonly adminKey: string | null
  /** Addresses and ranges of proxies whose `x-forwarded-*` are believed. */
  readonly trustProxy: readonly string[]
  /** Null: the same origin, and on a loopback host any `http://localhost:*`. */
  readonly allowedOrigins: readonly string[] | null
  /** Null: the database that comes with the program. */
  readonly geoipDb: string | null
  /** Where currency rates are loaded from, a file or a URL; null: nowhere. */
  readonly currencyRates: string | null
  /** NATS servers through which several nodes share live traffic; none: PostgreSQL's own notifications. */
  readonly natsUrls: readonly string[]
  /** Whether clicks of clientSide campaigns set the cookie that the pixel finds them by. */
  readonly clickCookie: boolean
  readonly introspection: boolean
  /** What a GraphQL operation may be and read, over whatever transport. */
  readonly operationLimits: OperationLimits
  readonly maxBodyBytes: number
  readonly maxMessageBytes: number
  /** No statement that answers a GraphQL operation may take longer, and no pause between two. */
  readonly statementMs: number
  /** How long a request's head may take to arrive, and all of it. */
  readonly headMs: number
  readonly requestMs: number
  /** How long a socket may take to say who it is. */
  readonly initMs: number
  /** Sockets and event streams, in all, of one key and of one address. */
  readonly maxSockets: number
  readonly maxSocketsPerKey: number
  readonly maxSocketsPerAddress: number
  readonly maxOperationsPerSocket: number
  /** What may wait for a slow reader, and how long it may take before it is sent away. */
  readonly socketBufferBytes: number
  readonly slowReaderMs: number
  /** How often a socket is pinged. One that answers nothing until the next is dropped. */
  readonly heartbeatMs: number
  /** Over how long the sockets are spread that a stopping node sends away. */
  readonly drainMs: number
  /** How long raw clicks and receipts are kept; figures are kept for ever. */
  readonly clickDays: number
  readonly receiptDays: number
  /** What clicks and postbacks may take on the disk while the database is away. */
  readonly spoolBytes: number
  /** How long visitors' and senders' addresses are kept whole; 0: none is kept at all. */
  readonly clickIpDays: number
  readonly intakeRates: IntakeRates
  /** Starts although the database server admits to losing commits; for managed servers that hide how they keep them. */
  readonly allowUnsafeDatabase: boolean
  /** Where spans are sent, as OTLP over HTTP; null: nowhere, and then nothing is traced. */
  readonly tracesUrl: string | null
  readonly serviceName: string
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'
  readonly demo: boolean
}

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)
const yesOrNo = z.enum(['true', 'false'], { error: 'must be true or false' }).transform((text) => text === 'true')

const atLeast = (least: number, what: string) =>
  z.coerce
    .number({ error: `must be ${what}, at least ${least}` })
    .int()
    .min(least, `must be at least ${least}`)

const perSecond = atLeast(0, 'requests a second')

const httpUrl = (text: string) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
const isOrigin = (text: string) => httpUrl(text) && new URL(text).origin === text
const isAddressOrRange = (text: string) => ipaddr.isValid(text) || ipaddr.isValidCIDR(text)
const isNatsUrl = (text: string) => URL.canParse(text) && /^(nats|tls):$/.test(new URL(text).protocol)
const isDatabaseUrl = (text: string) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)

const collectorUrl = z.string().refine(httpUrl, 'must be like http://127.0.0.1:4318').optional()

const environment = z.object({
  PORT: z.coerce.number({ error: 'must be a port, 0 to 65535' }).int().min(0).max(65_535).default(8080),
  HOST: z.string().default('127.0.0.1'),
  DATA_DIR: z.string().default('./data'),
  DATABASE_PORT: z.coerce.number({ error: 'must be a port, 1 to 65535' }).int().min(1).max(65_535).optional(),
  DATABASE_URL: z.string().refine(isDatabaseUrl, 'must be like postgres://user:password@host:5432/database').optional(),
  PUBLIC_URL: z.string().refine(httpUrl, 'must be like https://track.example.com').optional(),
  ADMIN_KEY: z.string().min(32, 'must have at least 32 characters').regex(/^\S+$/, 'must have no spaces').optional(),
  TRUST_PROXY: list
    .refine((all) => all.every(isAddressOrRange), 'must be addresses or ranges, such as 10.0.0.0/8,127.0.0.1')
    .default([]),
  ALLOWED_ORIGINS: list
    .refine((all) => all.every(isOrigin), 'must be origins, such as https://app.example.com,http://localhost:3000')
    .optional(),
  GEOIP_DB: z.string().optional(),
  CURRENCY_RATES: z.string().refine(isRateSource, 'must be a file, or an https URL').optional(),
  NATS_URL: list
    .refine((all) => all.every(isNatsUrl), 'must be like nats://host:4222, several with commas between them')
    .default([]),
  MAX_SOCKETS: atLeast(1, 'a number').default(20_000),
  MAX_SOCKETS_PER_KEY: atLeast(1, 'a number').default(10_000),
  MAX_SOCKETS_PER_ADDRESS: atLeast(1, 'a number').default(10_000),
  MAX_OPERATIONS_PER_SOCKET: atLeast(1, 'a number').default(100),
  SOCKET_BUFFER_KB: atLeast(16, 'a number of KiB').default(256),
  SLOW_READER_SECONDS: atLeast(1, 'seconds').default(30),
  HEARTBEAT_SECONDS: atLeast(1, 'seconds').default(12),
  DRAIN_SECONDS: atLeast(0, 'seconds').default(5),
  CLICK_DAYS: atLeast(31, 'days').default(400),
  RECEIPT_DAYS: atLeast(1, 'days').default(90),
  SPOOL_MB: atLeast(1, 'a number of MiB').default(1024),
  CLICK_COOKIE: z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .transform((text) => text === 'on')
    .default(true),
  CLICK_IP_DAYS: atLeast(0, 'days').default(30),
  POSTBACK_RATE: perSecond.default(2_000),
  POSTBACK_ADDRESS_RATE: perSecond.default(1_000),
  BAD_TOKEN_RATE: perSecond.default(10),
  CLICK_RATE: perSecond.default(100),
  CLICK_BURST: atLeast(0, 'clicks').default(10),
  INTROSPECTION: yesOrNo.optional(),
  NODE_ENV: z.string().optional(),
  MAX_TOKENS: atLeast(100, 'a number').default(operationLimits.maxTokens),
  MAX_DEPTH: atLeast(1, 'a number').default(operationLimits.maxDepth),
  MAX_ALIASES: atLeast(0, 'a number').default(operationLimits.maxAliases),
  MAX_ROOT_FIELDS: atLeast(1, 'a number').default(operationLimits.maxRootFields),
  MAX_FIELDS: atLeast(1, 'a number').default(operationLimits.maxFields),
  MAX_DIRECTIVES: atLeast(0, 'a number').default(operationLimits.maxDirectives),
  MAX_RECORDS: atLeast(1, 'a number').default(operationLimits.maxRecords),
  MAX_BODY_KB: atLeast(1, 'a number of KiB').default(256),
  MAX_MESSAGE_KB: atLeast(1, 'a number of KiB').default(64),
  STATEMENT_SECONDS: atLeast(1, 'seconds').default(2),
  HEAD_SECONDS: atLeast(1, 'seconds').default(15),
  REQUEST_SECONDS: atLeast(1, 'seconds').default(120),
  INIT_SECONDS: atLeast(1, 'seconds').default(3),
  ALLOW_UNSAFE_DATABASE: yesOrNo.default(false),
  OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collectorUrl,
  OTEL_SERVICE_NAME: z.string().default('pulseback'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('warn'),
})

/** Throws a StartupError that names every problem at once. An empty variable counts as one that is not set. */
export function readConfig(
  env: NodeJS.ProcessEnv = process.env,
  argv: readonly string[] = process.argv.slice(2),
): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const read = environment.safeParse(set)
  const problems = (read.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)
  for (const argument of argv) if (argument !== '--demo') problems.push(`${argument}: no such option; there is --demo`)
  if (!read.success || problems.length > 0) {
    throw new StartupError(
      `The configuration has ${problems.length === 1 ? 'a problem' : 'problems'}:\n  ${problems.join('\n  ')}`,
    )
  }
  const { data } = read
  return Object.freeze({
    port: data.PORT,
    host: data.HOST,
    dataDir: data.DATA_DIR,
    databasePort: data.DATABASE_PORT ?? null,
    databaseUrl: data.DATABASE_URL ?? null,
    publicUrl: data.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    adminKey: data.ADMIN_KEY ?? null,
    trustProxy: data.TRUST_PROXY,
    allowedOrigins: data.ALLOWED_ORIGINS ?? null,
    geoipDb: data.GEOIP_DB ?? null,
    currencyRates: data.CURRENCY_RATES ?? null,
    natsUrls: data.NATS_URL,
    spoolBytes: data.SPOOL_MB * 1024 * 1024,
    clickCookie: data.CLICK_COOKIE,
    introspection: data.INTROSPECTION ?? data.NODE_ENV !== 'production',
    operationLimits: Object.freeze({
      maxTokens: data.MAX_TOKENS,
      maxDepth: data.MAX_DEPTH,
      maxAliases: data.MAX_ALIASES,
      maxRootFields: data.MAX_ROOT_FIELDS,
      maxFields: data.MAX_FIELDS,
      maxDirectives: data.MAX_DIRECTIVES,
      maxRecords: data.MAX_RECORDS,
    }),
    maxBodyBytes: data.MAX_BODY_KB * 1024,
    maxMessageBytes: data.MAX_MESSAGE_KB * 1024,
    statementMs: data.STATEMENT_SECONDS * 1000,
    headMs: data.HEAD_SECONDS * 1000,
    requestMs: data.REQUEST_SECONDS * 1000,
    initMs: data.INIT_SECONDS * 1000,
    maxSockets: data.MAX_SOCKETS,
    maxSocketsPerKey: data.MAX_SOCKETS_PER_KEY,
    maxSocketsPerAddress: data.MAX_SOCKETS_PER_ADDRESS,
    maxOperationsPerSocket: data.MAX_OPERATIONS_PER_SOCKET,
    socketBufferBytes: data.SOCKET_BUFFER_KB * 1024,
    slowReaderMs: data.SLOW_READER_SECONDS * 1000,
    heartbeatMs: data.HEARTBEAT_SECONDS * 1000,
    drainMs: data.DRAIN_SECONDS * 1000,
    clickDays: data.CLICK_DAYS,
    receiptDays: data.RECEIPT_DAYS,
    clickIpDays: data.CLICK_IP_DAYS,
    intakeRates: {
      postbacksPerAdvertiser: data.POSTBACK_RATE,
      postbacksPerAddress: data.POSTBACK_ADDRESS_RATE,
      failuresPerAddress: data.BAD_TOKEN_RATE,
      clicksPerAddress: data.CLICK_RATE,
      clickBurst: data.CLICK_BURST,
    },
    allowUnsafeDatabase: data.ALLOW_UNSAFE_DATABASE,
    tracesUrl:
      data.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ??
      data.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/*$/, '/v1/traces') ??
      null,
    serviceName: data.OTEL_SERVICE_NAME,
    logLevel: data.LOG_LEVEL,
    demo: argv.includes('--demo'),
  })
}
