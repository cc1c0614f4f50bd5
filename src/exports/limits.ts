/** What exports may take of a node and its database. */
export interface ExportLimits {
  /** At a time: of one key, of one workspace, of this node. */
  readonly maxPerKey: number
  readonly maxPerWorkspace: number
  readonly maxOfNode: number
  /** A page is read whole, while the one before is sent: so many rows are looked through for the first… */
  readonly firstPageRows: number
  /** …then twice as many, up to this, as long as what comes of them is less than half of that. */
  readonly maxPageRows: number
  readonly pageBytes: number
  /** How often it is looked whether key or session are valid still. */
  readonly accessEveryMs: number
  /** How long a client that is refused for their number is asked to wait. */
  readonly retryAfterSeconds: number
  readonly maxReportRows: number
  /** What a report takes before it is sent: in memory, and, if it is more, in a file. */
  readonly maxSpoolMemoryBytes: number
  readonly maxSpoolBytes: number
}

export const exportLimits: ExportLimits = {
  maxPerKey: 2,
  maxPerWorkspace: 4,
  maxOfNode: 8,
  firstPageRows: 2_000,
  maxPageRows: 20_000,
  pageBytes: 4 * 1024 * 1024,
  accessEveryMs: 2_000,
  retryAfterSeconds: 5,
  maxReportRows: 500_000,
  maxSpoolMemoryBytes: 4 * 1024 * 1024,
  maxSpoolBytes: 512 * 1024 * 1024,
}

/** Of a node's connections to the database, exports have no more than these, however many wait for slow clients. */
export const exportConnections = 4
