import type { ViewColumn } from '../../database/view-schema.js'
import type { IdPrefix } from '../../kernel/ids.js'
import { subNames } from '../../kernel/vocabulary.js'
import { encodeIdSql } from './id-functions.js'

/**
 * Whose rows a view shows: those of the workspace that the connected role was made for. `session_user` is who logged in;
 * unlike `current_user` it is not changed by SET ROLE or inside a function, so no other role's rows can be stepped into.
 * For everybody who is no reader, the database's administrator included, it is null, and there are no rows.
 */
export const ownWorkspace = '(select r.workspace_id from bi_reader r where r.role_name = session_user)'

/** An id in both its forms. */
export const idColumns = (name: string, prefix: IdPrefix, sql: string): ViewColumn[] => [
  { name: `${name}_id`, sql: encodeIdSql(prefix, sql), about: `\`${prefix}_…\`, as in the API.` },
  { name: `${name}_uuid`, sql, about: 'The same as a UUID: the quick one to filter and join by.' },
]

/** Campaign, advertiser and affiliate, each with its name; `fact` has their ids, and `namesOf` joins them. */
export const partyColumns = (fact: string): ViewColumn[] => [
  ...idColumns('campaign', 'cmp', `${fact}.campaign_id`),
  { name: 'campaign_name', sql: 'g.name', about: 'As it is called today.' },
  ...idColumns('advertiser', 'adv', 'g.advertiser_id'),
  { name: 'advertiser_name', sql: 'd.name', about: 'As it is called today.' },
  ...idColumns('affiliate', 'aff', `${fact}.affiliate_id`),
  { name: 'affiliate_name', sql: 'f.name', about: 'As it is called today.' },
  { name: 'affiliate_ref', sql: 'f.ref', about: "The workspace's own name for the affiliate." },
]

/** Outer joins to whole keys: the server leaves out those of which nothing is selected. */
export const namesOf = (fact: string): string => `
  left join campaign g on g.workspace_id = ${fact}.workspace_id and g.id = ${fact}.campaign_id
  left join advertiser d on d.workspace_id = g.workspace_id and d.id = g.advertiser_id
  left join affiliate f on f.workspace_id = ${fact}.workspace_id and f.id = ${fact}.affiliate_id`

const unset = 'null where unset'
const traffic: Readonly<Record<string, string>> = {
  source: `Where the traffic came from, as link or click said; ${unset}.`,
  creative: `Which ad or text, as link or click said; ${unset}.`,
  keyword: `Which search term, as link or click said; ${unset}.`,
  placement: `Where on the page, as link or click said; ${unset}.`,
}
const visitor: Readonly<Record<string, string>> = {
  country: "ISO 3166 code of the visitor's country, by its address; null where unknown.",
  region: "The visitor's region, by its address; null where unknown.",
  language: "The first of the browser's languages: `de-CH`; null where unknown.",
  device: '`desktop`, `mobile`, `tablet`, …; null where unknown.',
  os: 'Operating system; null where unknown.',
  browser: 'Browser; null where unknown.',
}

const setColumns = (alias: string, about: Readonly<Record<string, string>>): ViewColumn[] =>
  Object.entries(about).map(([name, text]) => ({ name, sql: `nullif(${alias}.${name}, '')`, about: text }))

const subColumns = (alias: string): ViewColumn[] =>
  subNames.map((name) => ({
    name,
    sql: `nullif(${alias}.subs ->> '${name}', '')`,
    about: `The affiliate's own parameter \`${name}\`; ${unset}.`,
  }))

/** What a link says of its traffic. */
export const linkTrafficColumns = (alias: string): ViewColumn[] => [...setColumns(alias, traffic), ...subColumns(alias)]

/** What a click knows of its traffic and its visitor. */
export const trafficColumns = (alias: string): ViewColumn[] => [
  ...setColumns(alias, { ...traffic, ...visitor }),
  ...subColumns(alias),
]
