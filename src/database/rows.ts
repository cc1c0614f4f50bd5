/**
 * Runs one SQL statement and gives its rows: the least that a reader needs to know of a connection, a pool or a
 * transaction. Placeholders are `$1`, `$2`…
 */
export type Rows = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>
