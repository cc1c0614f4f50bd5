import { randomBytes } from 'node:crypto'
import { encodeId, type Id, type IdPrefix } from '../../src/kernel/ids.js'
import { type Eyes, type Mark, maySee } from './eyes.js'

/** A text that is nowhere but where it was put. Its label says where that is, the same in both workspaces. */
export interface Canary extends Mark {
  readonly text: string
  readonly label: string
}

export interface KnownId extends Mark {
  readonly kind: IdPrefix
  readonly text: string
  readonly uuid: string
}

export interface Canaries {
  readonly all: readonly Canary[]
  readonly ids: ReadonlyMap<string, KnownId>
  /** Makes a text, and notes whose it is. The later one sorts behind the earlier one. */
  make(label: string, mark: Mark): string
  /** Notes a text that was made elsewhere: a token, a key. */
  note(label: string, mark: Mark, text: string): void
  addId(kind: IdPrefix, uuid: string, mark: Mark): void
  textOf(tenant: number, label: string): string
  /** What these eyes should not have seen in a text, each with its label; `said` are the request's own words. */
  leaks(text: string, eyes: Eyes, said?: string): string[]
  /** The text with all that differs between twins by nature in words that are the same for both. */
  normalize(text: string): string
}

const typeId = /\b(?:wsp|adv|aff|cmp|lnk|key|clk|cnv|rcp)_[0-9a-hjkmnp-tv-z]{26}\b/g
const rawUuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b/g
// As long as they are: a cursor, which is random, has `pb_` in it one time in a hundred thousand.
const secretOrCanary =
  /cn[0-9a-z]{3}x[0-9a-f]{8}q|203\.0\.113\.\d{3}|\bpbt_[0-9a-z]{32}|\bwhsec_[\w+/=]{20,}|\bpb_[a-z]+_[0-9a-z]{64}/g
const isSecret = /^(pbt|whsec|pb)_/
const pageCursor = /(?<=")[A-Za-z0-9_-]{23}(?=")/g
const ledgerCursor = /(?<![\w-])[\w-]{80}(?![\w-])/g

/** The id that a cursor of a page is made of; null for text that is none. */
function uuidIn(cursor: string): string | null {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.length !== 17 || (bytes[0] as number) > 20) return null
  return bytes.toString('hex', 1).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

export function createCanaries(): Canaries {
  const all: Canary[] = []
  const byText = new Map<string, Canary>()
  const ids = new Map<string, KnownId>()
  const byUuid = new Map<string, KnownId>()
  const made = [0, 0]

  function note(label: string, mark: Mark, text: string): void {
    const canary = { ...mark, label, text }
    all.push(canary)
    byText.set(text, canary)
  }

  return {
    all,
    ids,
    make(label, mark) {
      const number = made[mark.tenant] ?? 0
      made[mark.tenant] = number + 1
      const text = `cn${number.toString(36).padStart(3, '0')}x${randomBytes(4).toString('hex')}q`
      note(label, mark, text)
      return text
    },
    note,
    addId(kind, uuid, mark) {
      const known = { ...mark, kind, uuid, text: encodeId(kind, uuid as Id<typeof kind>) } // as the database has it
      ids.set(known.text, known)
      byUuid.set(uuid, known)
    },
    textOf(tenant, label) {
      const found = all.find((canary) => canary.tenant === tenant && canary.label === label)
      if (found === undefined) throw new Error(`there is no canary ${label}`)
      return found.text
    },
    leaks(text, eyes, said = '') {
      const found = new Set<string>()
      const look = (piece: string, mark: Mark | undefined, what: string) => {
        if (mark !== undefined && maySee(eyes, mark)) return
        if (!said.includes(piece)) found.add(`${what} (${piece})`)
      }
      for (const [id] of text.matchAll(typeId)) look(id, ids.get(id), 'the id of something else')
      for (const [uuid] of text.matchAll(rawUuid)) {
        const known = byUuid.get(uuid)
        if (known !== undefined) look(uuid, known, 'a bare id')
      }
      for (const [piece] of text.matchAll(secretOrCanary)) {
        const canary = byText.get(piece)
        // What looks like one by chance is none; but no secret is known by chance.
        if (canary !== undefined) look(piece, canary, canary.label)
        else if (isSecret.test(piece)) look(piece, undefined, 'a secret')
      }
      for (const [cursor] of text.matchAll(pageCursor)) {
        const known = byUuid.get(uuidIn(cursor) ?? '')
        if (known !== undefined) look(cursor, known, 'a cursor made of the id of something else')
      }
      return [...found]
    },
    normalize(text) {
      const seen = new Map<string, string>()
      const numbered = (id: string) => {
        const known = seen.get(id) ?? `<${id.slice(0, 3)} ${seen.size}>`
        seen.set(id, known)
        return known
      }
      return text
        .replaceAll(pageCursor, (cursor) => byUuid.get(uuidIn(cursor) ?? '')?.text ?? cursor)
        .replaceAll(ledgerCursor, '<cursor>')
        .replaceAll(
          secretOrCanary,
          (piece) => `<${byText.get(piece)?.label ?? (isSecret.test(piece) ? 'new' : piece)}>`,
        )
        .replaceAll(typeId, numbered)
    },
  }
}
