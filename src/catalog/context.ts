import type { Authenticator } from '../access/authenticate.js'
import type { Cursors } from '../access/cursor.js'
import type { Scope } from '../access/scope.js'
import type { SigningKeys } from '../access/signing-keys.js'
import type { Tokens } from '../access/tokens.js'
import type { Orm } from '../database/orm.js'
import type { Snapshot } from '../database/snapshot.js'
import type { Clock } from '../kernel/clock.js'
import type { Explained } from '../kernel/explained.js'
import type { ConversionStatus, Preset } from '../kernel/vocabulary.js'
import type { CatalogLoaders } from './loaders.js'

/** What one operation brings to the catalog's resolvers. In a subscription, what one event brings. */
export interface CatalogContext {
  readonly scope: Scope
  readonly snapshot: Snapshot
  readonly catalogLoaders: CatalogLoaders
  readonly catalogWrites: CatalogWrites
  readonly cursors: Cursors
  readonly explained: Explained
  /** What links and postback URLs begin with: `https://track.example.com`. */
  readonly publicUrl: string
  readonly presetWords: (preset: Preset) => PresetWords
}

/** How senders of a preset say it. The tables are the intake's, which reads by them. */
export interface PresetWords {
  /** Their names for each of our parameters, their own first; none where there is no way to say it. */
  readonly names: Readonly<Record<string, readonly string[]>>
  readonly statuses: ReadonlyMap<string, ConversionStatus>
  /** What follows the token in a ready postback URL: their names, and the macros that they fill in. */
  readonly postbackParameters: string
}

/** What changes to the catalog are made with. */
export interface CatalogWrites {
  readonly orm: Orm
  readonly tokens: Tokens
  readonly signingKeys: SigningKeys
  readonly authenticator: Authenticator
  readonly clock: Clock
}
