import type { TestEvent } from 'node:test/reporters'

/** A reporter of Node's test runner that writes the path of each file in which something failed, a line each. */
export default async function* failedFiles(events: AsyncIterable<TestEvent>) {
  for await (const { type, data } of events) {
    if (type === 'test:fail' && data.nesting === 0) yield `${data.file ?? data.name}\n`
  }
}
