import { existsSync, readFileSync } from 'node:fs'

/** What the checks look at, as it is in the repository, or as a test would have it. */
export interface Files {
  readonly manifest: Manifest
  readonly lock: Lock
  readonly rules: Rules
  /** A package's own word for its licence, where it is installed. */
  readonly licenceOf: (path: string) => string | null
}

export interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly allowScripts: Readonly<Record<string, boolean>>
}

export interface Lock {
  readonly lockfileVersion: number
  /** By where they are installed; '' is ours. */
  readonly packages: Readonly<Record<string, LockedPackage>>
}

export interface LockedPackage {
  readonly version?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly license?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly hasInstallScript?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** `ops/supply-chain.json`: what is allowed, and why. */
export interface Rules {
  readonly licences: { readonly allowed: readonly string[]; readonly exceptions: Readonly<Record<string, string>> }
  readonly installScripts: Readonly<Record<string, string>>
  /** Known holes that are no holes here, by their id. */
  readonly advisories: Readonly<Record<string, string>>
}

const root = new URL('../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

export function readFiles(): Files {
  return {
    manifest: JSON.parse(read('package.json')),
    lock: JSON.parse(read('package-lock.json')),
    rules: JSON.parse(read('ops/supply-chain.json')),
    licenceOf(path) {
      const manifest = new URL(`${path}/package.json`, root)
      if (!existsSync(manifest)) return null
      const { license } = JSON.parse(readFileSync(manifest, 'utf8')) as { license?: string | { type: string } }
      return typeof license === 'object' ? license.type : (license ?? '')
    },
  }
}

/** All but ours, each with its name and where it is. */
export const lockedPackages = ({ packages }: Lock) =>
  Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, one]) => ({ ...one, path, name: path.slice(path.lastIndexOf('node_modules/') + 13) }))
