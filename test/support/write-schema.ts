import { writeFileSync } from 'node:fs'
import { schemaText } from '../../src/schema.js'

writeFileSync(new URL('../../../schema.graphql', import.meta.url), schemaText)
