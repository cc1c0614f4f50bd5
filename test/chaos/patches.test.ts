import { suite, test } from 'node:test'
import { mutants as ofSchedules } from '../schedules/mutants.js'
import { applied, type Patch } from '../support/patched-build.js'
import { crashPointPatches } from './crash-points.js'
import { mutants } from './mutants.js'

suite('what is changed in a build to break it', () => {
  const all: readonly { readonly name: string; readonly patches: readonly Patch[] }[] = [
    ...mutants,
    ...ofSchedules.map((mutant) => ({ name: mutant.name, patches: [mutant] })),
    { name: 'the points to crash at', patches: crashPointPatches },
  ]
  for (const { name, patches } of all) {
    test(`${name} still fits the program`, async () => {
      for (const patch of patches) await applied(patch)
    })
  }
})
