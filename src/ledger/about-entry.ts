import { encodeId } from '../kernel/ids.js'
import type { Entry } from './decide-batch.js'

/** By which names whoever reads the log finds an entry, and the request that it came with. */
export function aboutEntry(entry: Entry): Readonly<Record<string, string>> {
  switch (entry.kind) {
    case 'click':
      return { clickId: encodeId('clk', entry.click.id) }
    case 'postback':
    case 'refusal': {
      const { id, requestId } = entry.receipt
      return { receiptId: encodeId('rcp', id), ...(requestId === undefined ? {} : { requestId }) }
    }
    case 'status':
      return { conversionId: encodeId('cnv', entry.change.conversionId) }
    case 'replay':
      return { receiptId: encodeId('rcp', entry.receiptId) }
  }
}
