import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Lock, lockedPackages } from './files.js'

/** A list of all packages in CycloneDX's form. */
export interface Bill {
  readonly bomFormat: string
  readonly components: readonly {
    readonly name: string
    readonly version: string
    readonly properties?: readonly { readonly name: string; readonly value: string }[]
    readonly hashes?: readonly { readonly alg: string }[]
  }[]
}

/**
 * Made by npm of the lock file alone. With the development's packages, each marked as that: asked to leave them out, npm
 * leaves out some of the product's too.
 */
export function makeBill(): { readonly text: string; readonly bill: Bill } {
  const cwd = fileURLToPath(new URL('../../../', import.meta.url))
  const made = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (made.status !== 0) throw new Error(`npm sbom: ${made.stderr}`)
  return { text: made.stdout, bill: JSON.parse(made.stdout) }
}

/** What the bill has too little or too much, against the lock file. */
export function checkBill({ bomFormat, components }: Bill, lock: Lock): string[] {
  const problems = bomFormat === 'CycloneDX' ? [] : [`the bill is of the form ${bomFormat}`]
  const line = (name: string, version: string, dev: boolean) => `${name} ${version}${dev ? ', for development' : ''}`
  const listed = new Set(
    components.map(({ name, version, properties = [] }) =>
      line(
        name,
        version,
        properties.some((one) => one.name === 'cdx:npm:package:development'),
      ),
    ),
  )
  const locked = new Set(lockedPackages(lock).map(({ name, version = '', dev = false }) => line(name, version, dev)))
  for (const one of locked) if (!listed.has(one)) problems.push(`the bill lacks ${one}`)
  for (const one of listed) if (!locked.has(one)) problems.push(`the bill has ${one}, which is not locked`)
  for (const { name, hashes = [] } of components) {
    if (!hashes.some(({ alg }) => alg === 'SHA-512')) problems.push(`the bill has no SHA-512 of ${name}`)
  }
  return problems
}
