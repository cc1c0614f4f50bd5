import { type Files, lockedPackages } from './files.js'

/** Each gives what is wrong, in words; nothing if nothing is. None of them needs a network. */
export const checks: Readonly<Record<string, (files: Files) => readonly string[]>> = {
  'the lock file is whole, and names no host': checkLock,
  'every dependency of ours is pinned to one version, the locked one': checkPins,
  'every install script is known, and allowed or not for a reason': checkScripts,
  'every licence is allowed': checkLicences,
}

function checkLock({ lock }: Files): string[] {
  const problems: string[] = []
  if (lock.lockfileVersion !== 3) problems.push(`the lock file is of version ${lock.lockfileVersion}`)
  for (const { path, version, integrity, resolved } of lockedPackages(lock)) {
    if (resolved !== undefined) problems.push(`${path} is locked to ${resolved}`)
    if (version === undefined || !exact.test(version)) problems.push(`${path} has no version`)
    if (!integrity?.startsWith('sha512-')) problems.push(`${path} has no SHA-512`)
  }
  // People to support are named by their pages; nothing else is.
  const text = JSON.stringify(lock, (key, value) => (key === 'funding' ? undefined : value))
  for (const [found] of text.matchAll(/[a-z+]+:\/\/[^"\s]+/g)) problems.push(`the lock file names ${found}`)
  return problems
}

const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/

function checkPins({ manifest, lock }: Files): string[] {
  const problems: string[] = []
  const ours = lock.packages['']
  for (const kind of ['dependencies', 'devDependencies'] as const) {
    for (const [name, version] of Object.entries(manifest[kind])) {
      const locked = lock.packages[`node_modules/${name}`]?.version
      if (!exact.test(version)) problems.push(`${name} is asked for as ${version}`)
      if (ours?.[kind]?.[name] !== version) problems.push(`${name} ${version} is not what the lock file was made for`)
      if (locked !== version) problems.push(`${name} ${version} is locked as ${locked}`)
    }
    for (const name of Object.keys(ours?.[kind] ?? {})) {
      if (manifest[kind][name] === undefined) problems.push(`${name} is locked and not asked for`)
    }
  }
  return problems
}

function checkScripts({ manifest: { allowScripts }, lock, rules: { installScripts } }: Files): string[] {
  const scripted = new Set(
    lockedPackages(lock)
      .filter(({ hasInstallScript }) => hasInstallScript)
      .map(({ name }) => name),
  )
  const problems: string[] = []
  for (const name of scripted) {
    if (allowScripts[name] === undefined) problems.push(`${name} has an install script that allowScripts does not name`)
    if (!installScripts[name]) problems.push(`${name} has an install script without a reason`)
  }
  for (const name of Object.keys(allowScripts)) if (!scripted.has(name)) problems.push(`${name} has no install script`)
  for (const name of Object.keys(installScripts)) {
    if (!scripted.has(name)) problems.push(`the reason for ${name} is for nothing`)
    if (allowScripts[name] === installScripts[name]?.startsWith('not run')) {
      problems.push(`${name} is ${allowScripts[name] ? 'run' : 'not run'}, and its reason says otherwise`)
    }
  }
  return problems
}

/** `(MIT OR GPL-3.0)`: one of them will do; `MIT AND PSF-2.0`: both must. */
const isAllowed = (expression: string, allowed: readonly string[]): boolean =>
  expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((all) => all.split(' AND ').every((one) => allowed.includes(one)))

function checkLicences({ lock, licenceOf, rules: { licences } }: Files): string[] {
  const { allowed, exceptions } = licences
  const problems: string[] = []
  const used = new Set<string>()
  for (const { path, name, license, dev = false } of lockedPackages(lock)) {
    // What is not installed here is another platform's.
    const licence = licenceOf(path) ?? license ?? ''
    if (isAllowed(licence, allowed)) continue
    const exception = Object.keys(exceptions).find((known) => name === known || name.startsWith(`${known}-`))
    if (exception === undefined) problems.push(`${name} has the licence ${licence || 'none'}`)
    else if (!dev) problems.push(`${name} is part of the product: there are no exceptions for that`)
    else used.add(exception)
  }
  for (const name of Object.keys(exceptions))
    if (!used.has(name)) problems.push(`the exception for ${name} is for nothing`)
  return problems
}
