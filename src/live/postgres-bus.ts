import { randomUUID } from 'node:crypto'
import type { Seal } from '../access/seal.js'
import type { NotificationsOptions } from '../database/notifications.js'
import { openNotifications } from '../database/notifications.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { Commit, LedgerHead } from '../ledger/ledger-change.js'
import type { OpenBus } from './bus.js'

const channel = 'pulseback'

/**
 * For a few nodes on one database, without anything else. PostgreSQL takes a lock on all of the server to commit a
 * NOTIFY, so it is sent after the batch, by a connection of its own, and while one is under way the next gather: of a
 * workspace only the newest state is told, and who hears it reads the rest from the ledger.
 *
 * Every role of a database may listen and notify on every channel, those that are made for one workspace's tools too. So
 * what is said is sealed: others hear that something was committed, not where and how much, and cannot make it up.
 */
export const postgresBus =
  (connection: NotificationsOptions['connection'], seal: Seal, onError: NotificationsOptions['onError']): OpenBus =>
  async (hear) => {
    const node = randomUUID()
    const news = new Map<WorkspaceId, ToldHead>()
    let isSending = false

    const notifications = openNotifications({
      connection,
      channel,
      onError,
      onMessage(message) {
        const heard = readMessage(seal, message)
        if (heard !== null && heard.node !== node) hear({ ...heard.head, changes: [], touched: null })
      },
    })

    async function send(): Promise<void> {
      isSending = true
      while (news.size > 0) {
        const messages = [...news.values()].map((head) => writeMessage(seal, { node, head }))
        news.clear()
        // A hint that is lost is found by the next look at the heads.
        await notifications.notify(messages).catch(() => undefined)
      }
      isSending = false
    }

    return {
      kind: 'postgres',
      get isConnected() {
        return notifications.isConnected
      },
      publish({ changes: _, touched: __, ...head }: Commit) {
        news.set(head.workspaceId, head)
        if (!isSending) void send()
      },
      follow: () => () => undefined,
      close: () => notifications.close(),
    }
  }

type ToldHead = LedgerHead & Pick<Commit, 'trace'>

interface Message {
  readonly node: string
  readonly head: ToldHead
}

const writeMessage = (seal: Seal, message: Message): string =>
  seal.seal(JSON.stringify(message), channel).toString('base64')

/** Null for what no node of ours has said. */
function readMessage(seal: Seal, text: string): Message | null {
  try {
    return JSON.parse(seal.unseal(Buffer.from(text, 'base64'), channel))
  } catch {
    return null
  }
}
