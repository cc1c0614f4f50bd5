import { formulas } from '../../src/reporting/bi/formulas.js'
import { biSchema } from '../../src/reporting/bi/views.js'
import { schema, schemaText } from '../../src/schema.js'
import { dataDictionary } from './data-dictionary.js'

/** The committed files that are written from the code, by their path; `npm run schema` writes them, and a test compares. */
export const writtenDocs: Readonly<Record<string, string>> = {
  'schema.graphql': schemaText,
  'docs/DATA.md': dataDictionary({ schema, views: biSchema, formulas }),
}
