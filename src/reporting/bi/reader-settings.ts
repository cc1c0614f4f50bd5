/**
 * What a reader's sessions begin with. A snapshot that is held keeps the server from clearing up behind the ledger's hot
 * rows, which is why the program's own reads get two seconds. A question over raw rows may need more than that, so a
 * reader's statement gets thirty, and a transaction, with the one snapshot that it may hold throughout, hardly more:
 * enough for one such statement and not for two.
 *
 * A session may set most of these otherwise. They are for tools that mean well; for those that do not there are the
 * number of connections, which the server itself keeps, and `watchReaders`.
 */
export const readerSettings: Readonly<Record<string, string>> = {
  search_path: 'bi',
  default_transaction_read_only: 'on',
  statement_timeout: '30s',
  // Not before PostgreSQL 17; without it, the watch alone.
  transaction_timeout: '35s',
  idle_in_transaction_session_timeout: '2s',
  lock_timeout: '2s',
  work_mem: '32MB',
  // A superuser's to set: where nobody lets us, it is a door that stays open.
  temp_file_limit: '1GB',
  // One question, one core.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
}

export const connectionsPerReader = 3
