import type { Refusal } from '../attribution/request.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { Entry } from '../ledger/decide-batch.js'
import type { ClickDraft, ReceiptDraft } from '../ledger/entries.js'
import { loadRequest, type StoredRequest, storeRequest } from '../ledger/stored-request.js'
import type { BatchEntry } from '../ledger/wanted-by.js'

/** What can wait for the database: a request that was answered for good, or with the id under which it will be. */
export type SpoolableEntry = Extract<Entry, { kind: 'click' | 'postback' | 'refusal' }>

/** Raised when what is written here is no longer read as it was; what has an older form must be read for ever. */
export const storedForm = 1

type StoredEntry =
  | { readonly kind: 'click'; readonly click: ClickDraft }
  | { readonly kind: 'postback'; readonly receipt: ReceiptDraft; readonly request: StoredRequest }
  | { readonly kind: 'refusal'; readonly receipt: ReceiptDraft; readonly refusal: Refusal }

/** An entry as text. Whatever fields its parts have go along. */
export function toStoredEntry(entry: SpoolableEntry): string {
  const stored: StoredEntry = entry.kind === 'postback' ? { ...entry, request: storeRequest(entry.request) } : entry
  return JSON.stringify(stored)
}

export function fromStoredEntry(text: string): BatchEntry & { readonly entry: SpoolableEntry } {
  const stored: StoredEntry = JSON.parse(text)
  switch (stored.kind) {
    case 'click':
      return inWorkspace(stored.click, { ...stored, promised: true })
    case 'postback':
      return inWorkspace(stored.receipt, { ...stored, request: loadRequest(stored.request) })
    case 'refusal':
      return inWorkspace(stored.receipt, stored)
  }
}

const inWorkspace = ({ workspaceId }: { workspaceId: WorkspaceId }, entry: SpoolableEntry) => ({ workspaceId, entry })

export const arrivedAtMs = (entry: SpoolableEntry): number =>
  entry.kind === 'click' ? entry.click.atMs : entry.receipt.atMs
