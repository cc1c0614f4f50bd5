import { changeIn, numberOf } from './numbered.js'
import { passes, type Question } from './questions.js'

/** Throws unless one subscriber's messages are the changes that pass its question, each once and in order. */
export function checkOrder(texts: readonly string[], question: Question, changes: number): void {
  let place = 0
  for (let number = 0; number < changes; number += 1) {
    if (!passes(question, number)) continue
    const text = texts[place]
    place += 1
    const got = text === undefined ? null : numberOf(changeIn(text))
    if (got !== number) throw new Error(`a subscriber's message ${place} was change ${got} instead of ${number}`)
  }
}
