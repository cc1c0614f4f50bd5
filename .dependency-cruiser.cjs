/**
 * Who may import whom: each folder only those above it in this order. What an event meets first stands last.
 * It reads the compiled JavaScript for what runs and the TypeScript for what is only a type. The page stands apart: its
 * components are beyond this parser, so that it imports nothing from here is also said by `rootDir` in its tsconfig.
 */
const order = [
  ['kernel'],
  ['attribution', 'database'],
  ['access'],
  ['catalog'],
  ['ledger', 'rates'],
  ['spool'],
  ['intake', 'reporting'],
  ['live', 'exports'],
  ['graph'],
]

const mayNot = order.flatMap((folders, level) =>
  folders.map((folder) => {
    const below = [
      ...folders.filter((other) => other !== folder),
      ...order.slice(level + 1).flat(),
    ]
    return {
      name: `${folder}-imports-only-what-is-above`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: `^src/(?:(?:${below.join('|')}|demo|metrics|tracing)/|[^/]+\\.ts$)|^migrations/` },
    }
  }),
)

module.exports = {
  forbidden: [
    ...mayNot,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'attribution-is-pure',
      severity: 'error',
      comment: 'The rules of attribution know the kernel and nothing else.',
      from: { path: '^src/attribution/' },
      to: { pathNot: '^src/(attribution|kernel)/' },
    },
    {
      name: 'live-takes-only-types-and-reads-of-reporting',
      severity: 'error',
      from: { path: '^src/(live)/' },
      to: { path: '^src/reporting/.*resolver\\.ts$' },
    },
    {
      name: 'sql-has-its-places',
      severity: 'error',
      comment: 'The database is spoken to by those who keep or read books.',
      from: { path: '^src/(intake|graph|live|kernel|attribution)/' },
      to: { path: '^node_modules/(pg|kysely|@mikro-orm)/' },
    },
    {
      name: 'graphql-decorators-in-their-files',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.(type|input|resolver)\\.ts$|^src/graph/' },
      to: { path: '^node_modules/type-graphql/' },
    },
    { name: 'product-does-not-import-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|bench)/' } },
    { name: 'the-page-stands-apart', severity: 'error', from: { path: '^src/web/' }, to: { path: '^(src/(?!web/)|migrations/|test/|bench/)' } },
    { name: 'nothing-imports-the-page', severity: 'error', from: { pathNot: '^src/web/' }, to: { path: '^src/web/' } },
    { name: 'only-main-imports-app', severity: 'error', from: { path: '^src/', pathNot: '^src/(main|first-start)\\.ts$' }, to: { path: '^src/app\\.ts$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/web/.*\\.tsx$' },
    tsPreCompilationDeps: true,
    parser: 'swc',
  },
}
