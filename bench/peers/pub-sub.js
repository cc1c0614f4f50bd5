/** The least that a PubSub can be: a queue for each subscriber, read as an async iterator. */
export function createPubSub() {
  const subscribers = new Set()

  return {
    publish(event) {
      for (const push of subscribers) push(event)
    },
    subscribe() {
      const queue = []
      let wake = null
      const push = (event) => {
        if (wake === null) queue.push(event)
        else {
          wake({ done: false, value: event })
          wake = null
        }
      }
      const end = () => {
        subscribers.delete(push)
        wake?.({ done: true, value: undefined })
        return Promise.resolve({ done: true, value: undefined })
      }
      subscribers.add(push)
      return {
        next: () =>
          queue.length > 0
            ? Promise.resolve({ done: false, value: queue.shift() })
            : new Promise((resolve) => {
                wake = resolve
              }),
        return: end,
        [Symbol.asyncIterator]() {
          return this
        },
      }
    },
  }
}
