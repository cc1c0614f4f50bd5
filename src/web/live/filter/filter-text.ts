import { decimalText, type Field, type FieldName, type Filter, type Status, statuses, subText } from './filter'

/** What a filter says, value by value, as text: this is what stands in the address and, apart, in the chips. */
export function textsOf(field: Field, filter: Filter): readonly string[] {
  const value = filter[field.name]
  if (value === undefined || value === null) return []
  if (field.kind === 'subs') return Object.entries(filter.subs ?? {}).map(([name, sub]) => `${name}=${sub}`)
  return Array.isArray(value) ? value : [String(value)]
}

/** The filter with these texts for that field. What the API would refuse is left out. */
export function withTexts(field: Field, filter: Filter, texts: readonly string[]): Filter {
  const { [field.name]: _before, ...others } = filter
  const value = read(field, [...new Set(texts)].slice(0, maxValues))
  return value === undefined ? others : { ...others, [field.name]: value }
}

/** The API takes no more of a kind. */
const maxValues = 1_000

function read({ kind }: Field, texts: readonly string[]): Filter[FieldName] {
  const [first = ''] = texts
  switch (kind) {
    case 'statuses':
      return some(texts.filter((text): text is Status => statuses.some((status) => status === text)))
    case 'records':
    case 'texts':
      return some(texts)
    case 'subs': {
      const subs = texts.flatMap((text) => {
        const [, name, value] = subText.exec(text) ?? []
        return name === undefined ? [] : [[name, value]]
      })
      return subs.length === 0 ? undefined : Object.fromEntries(subs)
    }
    case 'text':
      return first === '' ? undefined : first
    case 'money':
      return decimalText.test(first) ? first : undefined
    case 'instant':
      return Number.isNaN(Date.parse(first)) ? undefined : new Date(first).toISOString()
    case 'tests':
      return first === 'true' ? true : first === 'false' ? false : undefined
  }
}

const some = <Value>(values: readonly Value[]) => (values.length === 0 ? undefined : values)

/** `?campaignIds=cmp_…&statuses=PENDING`: the API's own names, one each value. */
export function readFilter(fields: readonly Field[], search: URLSearchParams): Filter {
  return fields.reduce((filter, field) => withTexts(field, filter, search.getAll(field.name)), {} as Filter) // empty yet
}

export const writeFilter = (fields: readonly Field[], filter: Filter): URLSearchParams =>
  new URLSearchParams(fields.flatMap((field) => textsOf(field, filter).map((text) => [field.name, text])))
