import { DuckDBInstance } from '@duckdb/node-api'
// Built before any benchmark runs: all servers are driven by the same code.
import { answerCommands } from '../../dist/bench/support/answer-commands.js'

/** DuckDB as its own documentation sets it up, with all cores, on a file. */
let connection = null

async function open({ file }) {
  const instance = await DuckDBInstance.create(file)
  connection = await instance.connect()
  const [row] = await read('select version() as version')
  return row.version
}

async function read(sql) {
  const result = await connection.runAndReadAll(sql)
  return result.getRowObjectsJson()
}

answerCommands('', {
  open,
  async run({ sql }) {
    await connection.run(sql)
  },
  async query({ sql }) {
    const startMs = performance.now()
    const rows = await read(sql)
    return { ms: performance.now() - startMs, rows }
  },
})
