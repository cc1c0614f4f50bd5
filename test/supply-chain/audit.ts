import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Rules } from './files.js'

/** As `npm audit --json` gives it. */
export interface Audit {
  readonly error?: { readonly summary?: string }
  readonly statusCode?: number
  readonly message?: string
  readonly vulnerabilities?: Readonly<Record<string, { readonly via: readonly (string | Advisory)[] }>>
}
interface Advisory {
  readonly url: string
  readonly title: string
  readonly severity: string
}

export function runAudit(): Audit {
  const cwd = fileURLToPath(new URL('../../../', import.meta.url))
  const ran = spawnSync('npm', ['audit', '--json'], { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  try {
    return JSON.parse(ran.stdout)
  } catch {
    return { message: ran.stderr.trim() || 'npm audit gave no answer' }
  }
}

/** Null where the registry gave no audit: then nothing is known. */
export function checkAudit({ vulnerabilities }: Audit, { advisories }: Rules): string[] | null {
  if (vulnerabilities === undefined) return null
  const problems: string[] = []
  const found = new Set<string>()
  for (const [name, { via }] of Object.entries(vulnerabilities)) {
    for (const advisory of via) {
      // A name: it is so because of another package, which is listed itself.
      if (typeof advisory === 'string') continue
      const id = advisory.url.split('/').at(-1) ?? advisory.url
      found.add(id)
      if (!advisories[id]) problems.push(`${name}: ${advisory.severity}, ${advisory.title} (${id})`)
    }
  }
  for (const id of Object.keys(advisories))
    if (!found.has(id)) problems.push(`${id} is explained and not found any more`)
  return problems
}
