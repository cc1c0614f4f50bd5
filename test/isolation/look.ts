import assert from 'node:assert/strict'
import { type GraphQLObjectType, getNamedType, isObjectType } from 'graphql'
import type { IdPrefix } from '../../src/kernel/ids.js'
import { schema } from '../../src/schema.js'
import { maySee } from './eyes.js'
import { of } from './make-tenant.js'
import { recipesFor, type Samples, samplesFor } from './recipes.js'
import type { Twins, Viewer } from './twins.js'
import { type Asked, createWriter } from './write-operation.js'

export interface Seen {
  readonly status: number
  /** As it went over the wire. */
  readonly text: string
}

/** A viewer with all that it needs to ask. */
export interface Onlooker extends Viewer {
  readonly samples: Samples
  readonly writer: ReturnType<typeof createWriter>
  /** With `explain`, the answer also tells where reports were read. */
  ask(asked: Asked, explain?: boolean): Promise<Seen>
  /** Ids of a kind that these eyes may not see: of the other workspace, and of their own. */
  hiddenIds(kind: IdPrefix): string[]
}

export async function createOnlookers({ app, canaries, tenants, viewers }: Twins): Promise<readonly Onlooker[]> {
  const made = viewers.map(async (viewer): Promise<Onlooker> => {
    const tenant = of(tenants, viewer.tenant)
    const keys = [...canaries.ids.values()].filter(
      ({ kind, tenant: whose }) => kind === 'key' && whose === viewer.tenant,
    )
    const samples = samplesFor(tenant, viewer, keys.at(-1)?.text ?? '')
    const head = await app.head(viewer.key)
    return {
      ...viewer,
      samples,
      writer: createWriter(schema, recipesFor(schema, { canaries, tenant, eyes: viewer, samples, head })),
      async ask({ query, variables }, explain = false) {
        const headers = { authorization: `Bearer ${viewer.key}` }
        const payload = { query, variables, extensions: { explain } }
        const { statusCode, body } = await app.server.inject({ method: 'POST', url: '/graphql', headers, payload })
        return { status: statusCode, text: body }
      },
      hiddenIds(kind) {
        const hidden = [...canaries.ids.values()].filter((id) => id.kind === kind && !maySee(viewer, id))
        const near = hidden.find((id) => id.tenant === viewer.tenant)?.text
        const elsewhere = onlookers.find((other) => other.tenant !== viewer.tenant)?.samples[kind]
        return [elsewhere, near].filter((id) => id !== undefined)
      },
    }
  })
  const onlookers = await Promise.all(made)
  return onlookers
}

/** Notes which fields of which types an answer has a value for, and no empty list. */
export function noteFields(type: GraphQLObjectType, data: unknown, seen: Set<string>): void {
  if (Array.isArray(data)) {
    for (const item of data) noteFields(type, item, seen)
    return
  }
  if (typeof data !== 'object' || data === null) return
  for (const [name, value] of Object.entries(data)) {
    const field = type.getFields()[name]
    if (field === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue
    seen.add(`${type.name}.${name}`)
    const inner = getNamedType(field.type)
    if (isObjectType(inner)) noteFields(inner, value, seen)
  }
}

/** What an answer may say that is no leak, but shows that a test asked in vain. */
export function troubleIn({ status, text }: Seen): string | null {
  if (status >= 500 || text.includes('"INTERNAL"')) return `${status} ${text.slice(0, 500)}`
  if (text.includes('"TOO_COMPLEX"')) return text.slice(0, 500)
  return /"message":"(Variable|Cannot query|Unknown|Field|Syntax|Expected)[^"]*/.exec(text)?.[0] ?? null
}

/** Every field of a type and of all types that can be reached from it, in order. */
export function fieldsWithin(root: GraphQLObjectType): string[] {
  const types = new Set([root])
  for (const type of types) {
    for (const field of Object.values(type.getFields())) {
      const next = getNamedType(field.type)
      if (isObjectType(next)) types.add(next)
    }
  }
  return [...types].flatMap((type) => Object.keys(type.getFields()).map((name) => `${type.name}.${name}`)).sort()
}

const around = 120

/** Says where two long texts begin to differ. */
export function assertSame(one: string, other: string, what: string): void {
  if (one === other) return
  let at = 0
  while (one[at] === other[at]) at += 1
  const piece = (text: string) => text.slice(Math.max(0, at - around), at + around)
  assert.fail(`${what} tells the twins apart:\n  …${piece(one)}…\n  …${piece(other)}…`)
}
