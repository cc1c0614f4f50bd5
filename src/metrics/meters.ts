import { Counter, Gauge, type Registry } from 'prom-client'

type Labels = Readonly<Record<string, string>>

/** Makes metrics that cost nothing until they are asked for: each reads its figure when it is. */
export interface Meters {
  gauge(name: string, help: string, read: () => number): void
  /** One figure for each set of labels. */
  gauges(name: string, help: string, labelNames: readonly string[], read: () => Iterable<Figure>): void
  counter(name: string, help: string, read: () => number): void
  counters(name: string, help: string, labelNames: readonly string[], read: () => Iterable<Figure>): void
}

export type Figure = readonly [labels: Labels, value: number]

export function createMeters(registry: Registry): Meters {
  const registers = [registry]

  function gauges(name: string, help: string, labelNames: readonly string[], read: () => Iterable<Figure>): void {
    new Gauge({
      ...{ name, help, labelNames, registers },
      collect() {
        this.reset()
        for (const [labels, value] of read()) this.set(labels, value)
      },
    })
  }

  function counters(name: string, help: string, labelNames: readonly string[], read: () => Iterable<Figure>): void {
    new Counter({
      ...{ name, help, labelNames, registers },
      collect() {
        this.reset()
        for (const [labels, value] of read()) this.inc(labels, value)
      },
    })
  }

  return {
    gauge: (name, help, read) => gauges(name, help, [], () => [[{}, read()]]),
    gauges,
    counter: (name, help, read) => counters(name, help, [], () => [[{}, read()]]),
    counters,
  }
}
