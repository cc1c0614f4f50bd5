import { globSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from '@graphql-codegen/cli'
import { generatedFolder, pageFolder, project } from './places.ts'

/** How the schema's scalars travel as JSON. Exact numbers stay text, so that nobody calculates with them by mistake. */
const scalars = {
  ID: 'string',
  Currency: 'string',
  Cursor: 'string',
  DateTime: 'string',
  Decimal: 'string',
  JSONObject: 'Readonly<Record<string, unknown>>',
  LocalDate: 'string',
  PageCursor: 'string',
  Rate: 'string',
  SafeInt: 'number',
  TimeZone: 'string',
}

/**
 * `overview/overview.graphql` becomes `generated/overview/overview.ts`: types and documents as syntax trees, so that no
 * text is parsed in the browser. A file each, so that a view brings its own documents only.
 */
export async function generateDocuments(): Promise<void> {
  const documents = globSync('**/*.graphql', { cwd: pageFolder })
  const output = (document: string) => join(generatedFolder, document.replace(/\.graphql$/, '.ts'))
  await generate(
    {
      schema: join(project, 'schema.graphql'),
      silent: true,
      errorsOnly: true,
      config: { scalars, strictScalars: true, enumType: 'string-literal', useTypeImports: true, immutableTypes: true },
      generates: Object.fromEntries(
        documents.map((document) => [
          output(document),
          { documents: join(pageFolder, document), plugins: ['typescript-operations', 'typed-document-node'] },
        ]),
      ),
    },
    true,
  )
}
