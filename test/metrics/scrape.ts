import type { TestApp } from '../support/app.js'

/** What `/metrics` says: each figure by its name with labels, as it is written there. */
export async function scrape({ server }: Pick<TestApp, 'server'>): Promise<ReadonlyMap<string, number>> {
  const { payload } = await server.inject('/metrics')
  const figures = new Map<string, number>()
  for (const line of payload.split('\n')) {
    const [, name, value] = /^([a-z]\S*(?: [^ }]*})*) (\S+)$/.exec(line) ?? /^(\S+?\{.*\}) (\S+)$/.exec(line) ?? []
    if (name !== undefined) figures.set(name, Number(value))
  }
  return figures
}

/** Every metric that is there, by its name as an expression has it: a histogram by its three. */
export async function metricNames({ server }: Pick<TestApp, 'server'>): Promise<ReadonlySet<string>> {
  const { payload } = await server.inject('/metrics')
  const names = new Set<string>()
  for (const [, name, type] of payload.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    if (name === undefined) continue
    if (type !== 'histogram') names.add(name)
    else for (const part of ['bucket', 'sum', 'count']) names.add(`${name}_${part}`)
  }
  return names
}
