import { readFileSync } from 'node:fs'
import { changeColumns } from '../../src/exports/columns/change-columns.js'
import { clickColumns } from '../../src/exports/columns/click-columns.js'
import { conversionColumns } from '../../src/exports/columns/conversion-columns.js'
import { bucketColumn, dimensionColumns, metricColumns } from '../../src/exports/columns/performance-columns.js'
import { formulas } from '../../src/reporting/bi/formulas.js'
import { biSchema } from '../../src/reporting/bi/views.js'
import { schema, schemaText } from '../../src/schema.js'
import { dataDictionary } from './data-dictionary.js'
import { withPresetTables } from './preset-tables.js'

const exports = {
  '/export/conversions': conversionColumns,
  '/export/changes': changeColumns,
  '/export/clicks': clickColumns,
  // Those of the dimensions that are asked for, and the bucket with an interval.
  '/export/performance': [bucketColumn, ...[...dimensionColumns.values()].flat(), ...metricColumns],
}

// From dist/test/support back to the top of the project.
const intake = readFileSync(new URL('../../../docs/INTAKE.md', import.meta.url), 'utf8')

/** The committed files that are written from the code, whole or in part, by their path; `npm run schema` writes them, and a test compares. */
export const writtenDocs: Readonly<Record<string, string>> = {
  'schema.graphql': schemaText,
  'docs/DATA.md': dataDictionary({ schema, views: biSchema, formulas, exports }),
  'docs/INTAKE.md': withPresetTables(intake),
}
