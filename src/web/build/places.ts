import { fileURLToPath } from 'node:url'

const inProject = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

export const project = inProject('')
export const pageFolder = inProject('src/web')
export const generatedFolder = inProject('src/web/generated')
export const builtFolder = inProject('dist/web')
/** What `builtFolder` was built of: not in it, because what is in it is served. */
export const builtOf = inProject('dist/.page-built-of')
