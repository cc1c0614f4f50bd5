import { type Migration, Migrator } from '@mikro-orm/migrations'
import { type Constructor, type EntitySchema, MikroORM } from '@mikro-orm/postgresql'
import { Client, type ClientConfig, type Pool, type TypeOverrides } from 'pg'

export type Orm = MikroORM

export interface OrmOptions {
  /** As `pg` takes it: host, port, user…, or one `connectionString`. */
  readonly connection: ClientConfig
  /** The most connections that this pool opens. */
  readonly poolMax: number
  readonly entities: readonly EntitySchema[]
  /** In the order in which they are to run. */
  readonly migrations: readonly Constructor<Migration>[]
}

const timestamptzOid = 1184
/** How long to wait for a connection, of the pool or of the server, before saying that there is none. */
const patienceMs = 5_000

/**
 * The ORM over its own pool. It keeps nothing global and reads no files: entities and migrations are handed to it, and
 * whoever uses it forks an EntityManager.
 */
export function createOrm({ connection, poolMax, entities, migrations }: OrmOptions): Orm {
  return new MikroORM({
    // An unconnected client knows the name of the database that these settings lead to.
    dbName: new Client(connection).database ?? '',
    driverOptions: {
      connectionTimeoutMillis: patienceMs,
      ...connection,
      // A snapshot sends on without waiting for answers; whoever does wait sees no difference.
      pipeline: true,
      max: poolMax,
      onPoolCreated: preparePool,
    },
    entities: [...entities],
    extensions: [Migrator],
    migrations: { migrationsList: [...migrations], tableName: 'migration', snapshot: false, silent: true },
    discovery: { warnWhenNoEntities: false },
  })
}

function preparePool(pool: Pool): void {
  parseInstants(pool)
  releaseLate(pool)
}

/**
 * When the ORM closes, Kysely forgets its pool at once. A connection that arrives after that is lost to whoever asked
 * for it, and the pool would wait for its return for ever; so it is given back here.
 */
function releaseLate(pool: Pool): void {
  pool.on('acquire', (client) => {
    if (pool.ending) setImmediate(() => client.release(true))
  })
}

/** MikroORM leaves a timestamptz as the server's text, in the session's time zone; everyone here gets a Date. */
function parseInstants(pool: Pool): void {
  // MikroORM always sets these, to overrides of its own.
  const types = pool.options.types as TypeOverrides
  types.setTypeParser(timestamptzOid, (text: string) => new Date(text))
}
