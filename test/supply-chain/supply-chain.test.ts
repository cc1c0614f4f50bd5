import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { checkAudit } from './audit.js'
import { checkBill, makeBill } from './bill.js'
import { checks } from './checks.js'
import { type Files, type LockedPackage, readFiles } from './files.js'

const files = readFiles()

/** The files with one package of the lock file changed, or added. */
function withPackage(path: string, change: Partial<LockedPackage>, from: Files = files): Files {
  const lock = { ...from.lock, packages: { ...from.lock.packages, [path]: { ...from.lock.packages[path], ...change } } }
  return { ...from, lock, licenceOf: (at) => (at === path ? null : from.licenceOf(at)) }
}

/** What each check finds in files that are wrong in one way. */
const wrongs: Readonly<Record<string, readonly (readonly [Files, RegExp])[]>> = {
  'the lock file is whole, and names no host': [
    [withPackage('node_modules/ws', { resolved: 'https://registry.example/ws.tgz' }), /ws is locked to/],
    [withPackage('node_modules/ws', { integrity: 'sha1-abc' }), /no SHA-512/],
    [withPackage('node_modules/ws', { version: 'git+ssh://x' }), /has no version/],
    [
      withPackage('node_modules/ws', { license: 'see https://registry.example' }),
      /the lock file names https:..registry/,
    ],
  ],
  'every dependency of ours is pinned to one version, the locked one': [
    [
      { ...files, manifest: { ...files.manifest, dependencies: { ...files.manifest.dependencies, ws: '^8.0.0' } } },
      /\^8/,
    ],
    [withPackage('node_modules/ws', { version: '1.0.0' }), /is locked as 1\.0\.0/],
    [{ ...files, manifest: { ...files.manifest, devDependencies: {} } }, /is locked and not asked for/],
  ],
  'every install script is known, and allowed or not for a reason': [
    [withPackage('node_modules/ws', { hasInstallScript: true }), /ws has an install script that allowScripts/],
    [withPackage('node_modules/node', { hasInstallScript: false }), /node has no install script/],
    [
      {
        ...files,
        manifest: { ...files.manifest, allowScripts: { ...files.manifest.allowScripts, '@swc/core': true } },
      },
      /@swc\/core is run, and its reason says otherwise/,
    ],
  ],
  'every licence is allowed': [
    [withPackage('node_modules/ws', { license: 'AGPL-3.0' }), /ws has the licence AGPL-3\.0/],
    [withPackage('node_modules/ws', { license: 'MIT AND GPL-3.0' }), /ws has the licence/],
    [withPackage('node_modules/ws', { license: undefined }), /ws has the licence none/],
    [withPackage('node_modules/axe-core', { license: 'MPL-2.0', dev: false }), /axe-core is part of the product/],
    [withPackage('node_modules/axe-core', { license: 'MIT' }), /the exception for axe-core is for nothing/],
  ],
}

suite('where our packages come from', () => {
  for (const [what, check] of Object.entries(checks)) {
    test(what, () => {
      assert.deepEqual(check(files), [])
      assert.ok((wrongs[what]?.length ?? 0) > 0)
      for (const [wrong, problem] of wrongs[what] ?? []) assert.match(check(wrong).join('\n'), problem)
      const either = withPackage('node_modules/ws', { license: '(GPL-3.0 OR MIT)' })
      if (what.includes('licence')) assert.deepEqual(check(either), [])
    })
  }

  test('the bill of materials has every package of the lock file, and no others', () => {
    const { bill } = makeBill()
    assert.deepEqual(checkBill(bill, files.lock), [])
    const { lock } = withPackage('node_modules/left-pad', { version: '1.3.0' })
    assert.deepEqual(checkBill(bill, lock), ['the bill lacks left-pad 1.3.0'])
    const one = { name: 'stray', version: '1.0.0' }
    assert.match(checkBill({ ...bill, components: [...bill.components, one] }, files.lock).join('\n'), /stray/)
  })

  test('an audit is clean or explained, and one that was not given is not taken for a clean one', () => {
    const advisory = { url: 'https://example.org/advisories/GHSA-1', title: 'a hole', severity: 'high' }
    const audit = { vulnerabilities: { ws: { via: [advisory] }, graphql: { via: ['ws'] } } }
    const explained = { ...files.rules, advisories: { 'GHSA-1': 'we do not use that part' } }
    assert.deepEqual(checkAudit(audit, { ...files.rules, advisories: {} }), ['ws: high, a hole (GHSA-1)'])
    assert.deepEqual(checkAudit(audit, explained), [])
    assert.deepEqual(checkAudit({ vulnerabilities: {} }, explained), ['GHSA-1 is explained and not found any more'])
    assert.equal(checkAudit({ statusCode: 405, message: 'no' }, files.rules), null)
  })
})
