import type { ClickId, ReceiptId } from '../../../src/kernel/ids.js'
import type { Answer } from '../../../src/ledger/decide-batch.js'
import type { Ledger } from '../../../src/ledger/entries.js'
import type { Choices } from '../choices.js'
import { badOrder } from '../memory/batch-writes.js'
import { approvalOf, draftClick, draftReceipt, namedId, orderOf, type Shop, saleOfClick } from '../shop.js'

/** What a sender wants in the books; it is sent until it is answered for good. */
export interface Wish {
  readonly kind: Kind
  readonly shop: Shop
  /** What it is about: an order, a click, a lead. */
  readonly name: string
  readonly attempts: Attempt[]
  isDone: boolean
}

export type Kind = 'order' | 'bad order' | 'approval' | 'click' | 'sale' | 'lead' | 'refusal' | 'status' | 'replay'

export interface Attempt {
  readonly wish: Wish
  /** A receipt's or a click's, made on arrival. */
  readonly id: string
  /** In the order in which they arrived at their node. */
  readonly number: number
  readonly node: string
  /** What it was answered, at the node. */
  answer: Answer | null
  /** Went to the spool, and never anywhere else. */
  wasQueued: boolean
}

const kinds: readonly Kind[] = [
  'order',
  'order',
  'order',
  'click',
  'sale',
  'approval',
  'approval',
  'lead',
  'lead',
  'click',
  'sale',
  'bad order',
  'status',
  'replay',
  'refusal',
]

const isClick = ({ kind }: Wish) => kind === 'click'
export const isPostback = ({ kind }: Wish) => kind !== 'click' && kind !== 'status' && kind !== 'replay'

/** Ids by what they name: making one costs more than it should in every run. */
const ids = new Map<string, string>()
function idOf(name: string): string {
  let id = ids.get(name)
  if (id === undefined) {
    id = namedId(name)
    ids.set(name, id)
  }
  return id
}

/** The click that this name stands for: the first by it that anyone makes, or will. */
export const clickOf = (shop: Shop, name: string): ClickId => idOf(`click ${name} of ${shop.workspaceId}`) as ClickId

export function createRequests(choices: Choices, shops: readonly Shop[], nowMs: () => number) {
  const attempts: Attempt[] = []
  let leads = 0

  /** Few names, so that many wishes are about the same. */
  function wish(): Wish {
    const kind = choices.of(kinds)
    const shop = choices.of(shops)
    leads += 1
    const name = kind === 'lead' ? `lead ${leads}` : kind === 'bad order' ? badOrder : `${choices.below(3)}`
    return { kind, shop, name, attempts: [], isDone: false }
  }

  /** The conversion, or the receipt, that an answer of before told of. */
  const told = (shop: Shop, of: 'conversion' | 'receipt'): string | null => {
    for (const { wish, answer } of attempts) {
      if (wish.shop !== shop || answer === null || !('receiptId' in answer)) continue
      if (of === 'conversion' && answer.conversionId !== null) return answer.conversionId
      if (of === 'receipt' && answer.outcome === 'UNMATCHED') return answer.receiptId
    }
    return null
  }

  function attempt(wish: Wish, node: string): Attempt {
    const { shop, name } = wish
    const isFirst = isClick(wish) && !attempts.some(({ id }) => id === clickOf(shop, name))
    const id = isFirst ? clickOf(shop, name) : idOf(`attempt ${attempts.length}`)
    const made: Attempt = { wish, node, id, number: attempts.length, answer: null, wasQueued: false }
    attempts.push(made)
    wish.attempts.push(made)
    return made
  }

  /** Null: there is nothing yet that it could be about. */
  function send({ wish, id }: Attempt, ledger: Ledger): Promise<Answer> | null {
    const { kind, shop, name } = wish
    const receipt = draftReceipt(shop, id as ReceiptId, nowMs(), kind === 'lead' ? name : null)
    const affiliate = Number(name) % 2 || 0
    switch (kind) {
      case 'click':
        return ledger.keepClick(draftClick(shop, id as ClickId, nowMs(), name))
      case 'order':
        return ledger.keepPostback(receipt, orderOf(shop, affiliate, `order ${name}`))
      case 'bad order':
        return ledger.keepPostback(receipt, orderOf(shop, 0, badOrder))
      case 'approval':
        return ledger.keepPostback(receipt, approvalOf(`order ${name}`))
      case 'sale':
        return ledger.keepPostback(receipt, saleOfClick(clickOf(shop, name)))
      case 'lead':
        return ledger.keepPostback(receipt, orderOf(shop, 0, null))
      case 'refusal':
        return ledger.keepRefusal(receipt, { code: 'INVALID_AMOUNT', message: 'no', field: 'amount', httpStatus: 422 })
      case 'status': {
        const conversionId = told(shop, 'conversion')
        if (conversionId === null) return null
        const change = { workspaceId: shop.workspaceId, status: 'APPROVED', reason: null } as const
        return ledger.setConversionStatus({ ...change, conversionId: conversionId as never }) // told as one
      }
      case 'replay': {
        const receiptId = told(shop, 'receipt')
        return receiptId === null ? null : ledger.replayReceipt(shop.workspaceId, receiptId as ReceiptId, false)
      }
    }
  }

  return { attempts, wish, attempt, send }
}

export type Requests = ReturnType<typeof createRequests>
