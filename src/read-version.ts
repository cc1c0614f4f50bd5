import { readFileSync } from 'node:fs'

/** This program's version, as its package.json says: seen from `dist/src`. */
export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return version
}
