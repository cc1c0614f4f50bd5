import { useMemo } from 'react'
import { useViewer } from '../graph/use-viewer'
import type { FigureKind, FigureValue } from './metrics'

/** How the workspace's figures and times are written: its currency and its zone, in the reader's language. */
export interface Formats {
  figure(kind: FigureKind, value: FigureValue): string
  /** In place of a figure that there is none of. */
  readonly none: string
  money(decimal: string): string
  /** Of another currency than the workspace's. */
  moneyIn(currency: string, decimal: string): string
  /** With its sign, also where it is more: `+€2.00`. */
  signedMoney(decimal: string): string
  count(value: number): string
  /** 0.025 is 2.5 %. */
  share(value: number): string
  /** How far `now` is from `before`: `+12 %`; null where that says nothing. */
  change(now: FigureValue, before: FigureValue): string | null
  /** Of an instant, RFC 3339 or in milliseconds: `14:05`. */
  hour(instant: string | number): string
  time(instant: string | number): string
  day(instant: string | number): string
  dayAndTime(instant: string | number): string
}

const none = '–'
const instantOf = (instant: string | number) => new Date(instant)

/** Intl takes decimals as text, digit by digit; a number would be rounded on the way. */
const exact = (decimal: string) => decimal as Intl.StringNumericLiteral

export function createFormats(currency: string, timeZone: string, locale?: string): Formats {
  const inCurrency = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const
  const asMoney = new Intl.NumberFormat(locale, inCurrency)
  /** One each currency, because making one costs more than a hundred uses of it. */
  const byCurrency = new Map([[currency, asMoney]])
  const asSignedMoney = new Intl.NumberFormat(locale, { ...inCurrency, signDisplay: 'exceptZero' })
  const asUnitMoney = new Intl.NumberFormat(locale, { ...inCurrency, maximumFractionDigits: 4 })
  const asCount = new Intl.NumberFormat(locale)
  const asShare = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 })
  const asMultiple = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })
  const asChange = new Intl.NumberFormat(locale, {
    style: 'percent',
    signDisplay: 'exceptZero',
    maximumFractionDigits: 0,
  })
  const inZone = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options })
    return (instant: string | number) => format.format(instantOf(instant))
  }

  function figure(kind: FigureKind, value: FigureValue): string {
    if (value === null) return none
    switch (kind) {
      case 'money':
        return asMoney.format(exact(String(value)))
      case 'unitMoney':
        return asUnitMoney.format(exact(String(value)))
      case 'count':
        return asCount.format(Number(value))
      case 'share':
        return asShare.format(Number(value))
      case 'multiple':
        return `${asMultiple.format(Number(value))}×`
    }
  }

  return {
    figure,
    none,
    money: (decimal) => figure('money', decimal),
    moneyIn(other, decimal) {
      const format = byCurrency.get(other) ?? new Intl.NumberFormat(locale, { style: 'currency', currency: other })
      byCurrency.set(other, format)
      return format.format(exact(decimal))
    },
    signedMoney: (decimal) => asSignedMoney.format(exact(decimal)),
    count: (value) => asCount.format(value),
    share: (value) => asShare.format(value),
    change(now, before) {
      // To a whole percent; nothing exact is lost.
      const from = Number(before ?? 0)
      return now === null || from === 0 ? null : asChange.format((Number(now) - from) / Math.abs(from))
    },
    hour: inZone({ hour: '2-digit', minute: '2-digit' }),
    time: inZone({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    day: inZone({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    dayAndTime: inZone({ dateStyle: 'medium', timeStyle: 'medium' }),
  }
}

/** The workspace's formats; `timeZone` where a report has days of another zone. */
export function useFormats(timeZone?: string): Formats {
  const { workspace } = useViewer()
  const zone = timeZone ?? workspace.timeZone
  return useMemo(() => createFormats(workspace.currency, zone), [workspace.currency, zone])
}
