import { randomBytes } from 'node:crypto'
import type { Rows } from '../../database/rows.js'
import { StartupError } from '../../kernel/errors.js'
import { decodeId, encodeId, type WorkspaceId } from '../../kernel/ids.js'
import { connectionsPerReader, readerSettings } from './reader-settings.js'
import { scramVerifier } from './scram-verifier.js'

/**
 * A reader is a database role that sees the views in `bi`, and in them one workspace. Which one is its row in
 * `bi_reader`; role and row are made and removed together. Everything here runs on one connection.
 */
export interface Reader {
  readonly role: string
  readonly workspaceId: WorkspaceId
  readonly workspaceName: string
}

export interface NewReader extends Reader {
  /** Kept nowhere. */
  readonly password: string
}

const nameText = /^[a-z][a-z0-9_]{0,39}$/
const notAllowed = '42501'
const alreadyThere = '42710'

export async function grantReader(rows: Rows, name: string, workspaceText: string | null): Promise<NewReader> {
  const role = roleOf(name)
  const workspace = await findWorkspace(rows, workspaceText)
  const password = randomBytes(24).toString('base64url')
  try {
    await inTransaction(rows, async () => {
      await checkRoom(rows)
      for (const statement of await makingStatements(rows, role, password)) await rows(statement)
      await rows('insert into bi_reader (role_name, workspace_id) values ($1, $2)', [role, workspace.workspaceId])
    })
  } catch (error) {
    throw await explain(rows, role, error)
  }
  return { role, password, ...workspace }
}

export async function listReaders(rows: Rows): Promise<(Reader & { readonly connections: number })[]> {
  const found = await rows<{ role: string; workspace_id: WorkspaceId; name: string; connections: string }>(
    `select r.role_name as role, r.workspace_id, w.name,
            (select count(*) from pg_stat_activity a where a.usename = r.role_name) as connections
       from bi_reader r join workspace w on w.id = r.workspace_id order by 1`,
  )
  return found.map(({ role, workspace_id, name, connections }) => ({
    role,
    workspaceId: workspace_id,
    workspaceName: name,
    connections: Number(connections),
  }))
}

const endMs = 5_000

/** Nobody can log in as it any more, who is connected is sent away, and it is gone. */
export async function revokeReader(rows: Rows, name: string): Promise<string> {
  const role = roleOf(name)
  const [known] = await rows<{ exists: boolean }>(
    `select exists (select from pg_roles where rolname = role_name) from bi_reader where role_name = $1`,
    [role],
  )
  if (known === undefined)
    throw new StartupError(`There is no reader ${name}: npm run bi -- list shows those there are.`)
  if (known.exists) {
    await rows(`alter role ${role} nologin`)
    await rows(`select pg_terminate_backend(pid, ${endMs}) from pg_stat_activity where usename = $1`, [role])
  }
  await inTransaction(rows, async () => {
    if (known.exists) {
      await rows(`drop owned by ${role}`)
      await rows(`drop role ${role}`)
    }
    await rows('delete from bi_reader where role_name = $1', [role])
  })
  return role
}

function roleOf(name: string): string {
  if (nameText.test(name)) return `bi_${name}`
  throw new StartupError(
    'A reader’s name has small letters, digits and _, begins with a letter, and at most 40 of them.',
  )
}

async function findWorkspace(rows: Rows, text: string | null): Promise<Omit<Reader, 'role'>> {
  const all = await rows<{ id: WorkspaceId; name: string }>(
    `select id, name from workspace where $1::uuid is null or id = $1 order by id limit 11`,
    [text === null ? null : (decodeId('wsp', text) ?? noWorkspace)],
  )
  const [first, second] = all
  if (first === undefined) throw new StartupError(`There is no workspace ${text ?? 'yet: start Pulseback first'}.`)
  if (second !== undefined) {
    const list = all.map(({ id, name }) => `  ${encodeId('wsp', id)}  ${name}`).join('\n')
    throw new StartupError(`There are several workspaces: say which with --workspace ID.\n${list}`)
  }
  return { workspaceId: first.id, workspaceName: first.name }
}

const noWorkspace = '00000000-0000-0000-0000-000000000000'

/** Readers may take half of the server's connections together, and so never the program's own. */
async function checkRoom(rows: Rows): Promise<void> {
  await rows('lock table bi_reader in share row exclusive mode')
  const [room] = await rows<{ left: number }>(
    `select (current_setting('max_connections')::int / 2 / ${connectionsPerReader} - count(*))::int as left from bi_reader`,
  )
  if ((room?.left ?? 0) > 0) return
  throw new StartupError(
    `There are as many readers as the server's max_connections allow, ${connectionsPerReader} connections each: revoke one first.`,
  )
}

async function makingStatements(rows: Rows, role: string, password: string): Promise<string[]> {
  const [server] = await rows<{ database: string; version: number; owner: string; superuser: boolean }>(
    `select quote_ident(current_database()) as database, current_setting('server_version_num')::int as version,
            quote_ident(o.rolname) as owner, o.rolsuper as superuser
       from pg_class c join pg_roles o on o.oid = c.relowner where c.oid = 'bi_reader'::regclass`,
  )
  if (server === undefined) throw new Error('the server does not say what it is')
  const possible = await rows<{ name: string }>(
    `select name from pg_settings where name = any($1)
        and (context = 'user' or has_parameter_privilege(current_user, name, 'set'))`,
    [Object.keys(readerSettings)],
  )
  return [
    `create role ${role} login noinherit connection limit ${connectionsPerReader} password '${scramVerifier(password)}'`,
    ...possible.map(({ name }) => `alter role ${role} set ${name} = '${readerSettings[name]}'`),
    `grant connect on database ${server.database} to ${role}`,
    `grant usage on schema bi to ${role}`,
    // The program, if it is no superuser, sees and ends another role's sessions only as its member.
    ...(server.superuser
      ? []
      : [`grant ${role} to ${server.owner}${server.version >= 160_000 ? ' with inherit true, set false' : ''}`]),
  ]
}

async function explain(rows: Rows, role: string, error: unknown): Promise<unknown> {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === alreadyThere) {
    return new StartupError(`A role ${role} is there already: choose another name, or revoke that reader first.`)
  }
  if (code !== notAllowed) return error
  const [me] = await rows<{ name: string }>('select quote_ident(current_user) as name')
  return new StartupError(
    `The database's user ${me?.name} may not make roles (${String(error)}). Let an administrator of the server run\n` +
      `  alter role ${me?.name} createrole\nor give DATABASE_URL for this command a user who may.`,
  )
}

async function inTransaction(rows: Rows, work: () => Promise<void>): Promise<void> {
  await rows('begin')
  try {
    await work()
    await rows('commit')
  } catch (error) {
    await rows('rollback')
    throw error
  }
}
