import type { Authenticator } from '../access/authenticate.js'
import type { Cursors } from '../access/cursor.js'
import type { Scope } from '../access/scope.js'
import type { SigningKeys } from '../access/signing-keys.js'
import type { Tokens } from '../access/tokens.js'
import type { Orm } from '../database/orm.js'
import type { Snapshot } from '../database/snapshot.js'
import type { Clock } from '../kernel/clock.js'
import type { Explained } from '../kernel/explained.js'
import type { Preset } from '../kernel/vocabulary.js'
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
  /** What follows the token in a ready postback URL: a preset's names, and the macros that its sender fills in. */
  readonly postbackParameters: (preset: Preset) => string
}

/** What changes to the catalog are made with. */
export interface CatalogWrites {
  readonly orm: Orm
  readonly tokens: Tokens
  readonly signingKeys: SigningKeys
  readonly authenticator: Authenticator
  readonly clock: Clock
}
