import { type GraphQLSchema, getNamedType, isObjectType } from 'graphql'
import { encodeId, type IdPrefix, newId } from '../../src/kernel/ids.js'
import { type Eyes, maySee, ways } from './eyes.js'
import { of, type Tenant } from './make-tenant.js'
import type { Twins } from './twins.js'
import type { Recipes, Slot } from './write-operation.js'

/** Where the name of an argument and the type of its field do not tell what is named by it. */
const kinds: Readonly<Record<string, IdPrefix>> = {
  'Mutation.rotateSigningKey.id': 'adv',
  'Mutation.replayReceipts.ids': 'rcp',
}

type NamedSlot = Pick<Slot, 'name' | 'path'> & { readonly field: Slot['field'] | undefined }

/** What an id names: `advertiserIds` an Advertiser, the `id` of a field what the field gives; whose `id` says `adv_…`. */
export function kindOf(schema: GraphQLSchema, { name, field, path }: NamedSlot): IdPrefix {
  const known = kinds[name]
  if (known !== undefined) return known
  const last = path.at(-1) ?? ''
  const given = field === undefined ? '' : getNamedType(field.type).name
  const named = /^ids?$/.test(last) ? given : last.replace(/Ids?$/, '')
  const type = schema.getType(`${named[0]?.toUpperCase()}${named.slice(1)}`)
  const described = isObjectType(type) ? type.getFields().id?.description : undefined
  const [, prefix] = /`(\w{3})_…`/.exec(described ?? '') ?? []
  if (prefix === undefined) throw new Error(`${name} wants an entry among the kinds: what is named by it?`)
  return prefix as IdPrefix // it is described as one
}

export type Samples = Readonly<Record<IdPrefix, string>>

/** Of each kind an id that these eyes may see and that there is much to tell of; a key only an ADMIN sees. */
export function samplesFor(tenant: Tenant, eyes: Omit<Eyes, 'tenant'>, keyId: string): Samples {
  const way = ways.findIndex((_, index) => maySee({ ...eyes, tenant: tenant.tenant }, tenant.mark('way', index)))
  const { campaign, affiliate } = of(ways, way)
  const { lnk, clk, cnv, rcp } = of(tenant.lived, way)
  return {
    ...{ lnk, clk, cnv, rcp, key: keyId },
    wsp: encodeId('wsp', tenant.scope.workspaceId),
    adv: of(tenant.advertisers, campaign),
    aff: of(tenant.affiliates, affiliate),
    cmp: of(tenant.campaigns, campaign),
  }
}

export const unknownId = (kind: IdPrefix): string => encodeId(kind, newId<typeof kind>())

const days = { from: '2026-05-30T00:00:00Z', to: '2026-06-03T00:00:00Z' }

export interface RecipesOptions {
  readonly canaries: Twins['canaries']
  readonly tenant: Tenant
  readonly eyes: Omit<Eyes, 'tenant'>
  readonly samples: Samples
  /** Where the books are, to begin to follow them from there. */
  readonly head: string
}

/** What the schema alone does not say, in the words of one viewer. */
export function recipesFor(schema: GraphQLSchema, options: RecipesOptions): Recipes {
  const { canaries, tenant, eyes, samples, head } = options
  const way = ways.findIndex((_, index) => maySee({ ...eyes, tenant: tenant.tenant }, tenant.mark('way', index)))
  const { campaign } = of(ways, way)
  const word = (label: string) => canaries.textOf(tenant.tenant, label)
  const twoLines = { transactionId: word(`order of two lines of way ${way}`) }
  const orders = [
    { transactionId: word(`order of way ${way}`), amount: '1', status: 'REVERSED' },
    twoLines,
    { ...twoLines, line: '1', amount: '1', currency: 'EUR', event: 'sale' },
    { ...twoLines, line: '1' },
    { transactionId: word(`order that waits of advertiser ${campaign}`) },
    { transactionId: 'of nobody' },
  ]
  const known: Readonly<Record<string, unknown>> = {
    ...scalars,
    PerformanceInput: { ...days, groupBy: ['CAMPAIGN', 'ADVERTISER', 'AFFILIATE', 'LINK'], interval: 'DAY', first: 20 },
    ReconcileInput: { advertiserId: samples.adv, ...days, orders },
    'Subscription.conversions.after': head,
    'Subscription.performance.everyMs': 100,
    PriceInput: { kind: 'FIXED', value: '1' },
    'CreateCampaignInput.destinationUrl': 'https://shop.example/',
    'CreateKeyInput with advertiserId': { role: 'ADVERTISER' },
    'CreateKeyInput with affiliateId': { role: 'AFFILIATE' },
    // No order may name another event than the list's.
    'ReconcileInput with event': { orders: [twoLines] },
  }
  return (where, type) => {
    if (where in known) return known[where]
    if (type !== 'ID') return undefined
    const slot = slotOf(schema, where)
    return samples[kindOf(schema, slot)]
  }
}

/** The place that `Type.field.argument` or `Input.field` names. */
function slotOf(schema: GraphQLSchema, name: string): NamedSlot {
  const [typeName = '', fieldName = '', ...path] = name.split('.')
  const type = schema.getType(typeName)
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined
  // Of an input object its field's own name tells.
  return { name, field, path: field === undefined ? [fieldName] : path }
}

const scalars = {
  String: 'sample',
  Int: 5,
  Boolean: false,
  DateTime: '2026-06-01T00:00:00Z',
  LocalDate: '2026-05-31',
  Decimal: '1',
  Rate: '1.1',
  Currency: 'GBP',
  TimeZone: 'UTC',
  JSONObject: { sub1: 'sample' },
} as const
