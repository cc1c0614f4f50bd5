import type { AskedParameters } from './asked/parameters.js'
import type { AskedExport, Asking } from './asked-export.js'
import { askChanges } from './export-changes.js'
import { askClicks } from './export-clicks.js'
import { askConversions } from './export-conversions.js'
import { askPerformance } from './export-performance.js'

export const exportNames = ['conversions', 'changes', 'clicks', 'performance'] as const
export type ExportName = (typeof exportNames)[number]

/** Reads what is asked of each; refuses what cannot be. */
export const asks: Readonly<Record<ExportName, (parameters: AskedParameters, asking: Asking) => AskedExport>> = {
  conversions: askConversions,
  changes: askChanges,
  clicks: askClicks,
  performance: askPerformance,
}
