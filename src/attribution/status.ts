import type { ConversionStatus } from '../kernel/vocabulary.js'

const steps: Readonly<Record<ConversionStatus, readonly ConversionStatus[]>> = {
  PENDING: ['APPROVED', 'REJECTED'],
  APPROVED: ['REVERSED'],
  REJECTED: [],
  REVERSED: [],
}

/** By postback or by hand, a conversion goes forward only; an ADMIN may also take back a rejection or a reversal. */
export function mayBecome(from: ConversionStatus, to: ConversionStatus, by: 'postback' | 'admin'): boolean {
  if (steps[from].includes(to)) return true
  return by === 'admin' && to === 'APPROVED' && (from === 'REJECTED' || from === 'REVERSED')
}
