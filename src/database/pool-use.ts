import type { PostgreSqlConnection } from '@mikro-orm/postgresql'
import type { Pool } from 'pg'
import type { Orm } from './orm.js'

/** Connections of a pool, and how many wait for one. */
export interface PoolUse {
  readonly busy: number
  readonly idle: number
  readonly waiting: number
}

export const poolUse = (pool: Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'>): PoolUse => ({
  busy: pool.totalCount - pool.idleCount,
  idle: pool.idleCount,
  waiting: pool.waitingCount,
})

export const ormPoolUse = async (orm: Orm): Promise<PoolUse> =>
  poolUse(await (orm.em.getConnection() as PostgreSqlConnection).getNativeClient()) // it is one of PostgreSQL's
