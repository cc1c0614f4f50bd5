import { TextInput } from '@mantine/core'
import type { CurrencyRatesQueryVariables } from '../../generated/settings/rates/currency-rates'
import classes from '../form.module.css'

export interface RateFilterValue {
  readonly currency: string
  readonly from: string
  readonly to: string
}

export const noRateFilter: RateFilterValue = { currency: '', from: '', to: '' }

/** What is asked for; a currency that is still being typed is not asked for yet. */
export function toFilter({ currency, from, to }: RateFilterValue): CurrencyRatesQueryVariables['filter'] {
  return {
    currencies: /^[A-Z]{3}$/.test(currency) ? [currency] : null,
    from: from === '' ? null : from,
    to: to === '' ? null : to,
  }
}

export function RateFilter({
  value,
  onChange,
}: {
  value: RateFilterValue
  onChange: (value: RateFilterValue) => void
}) {
  return (
    <search className={classes.form} aria-label="Which rates">
      <div className={classes.row}>
        <TextInput
          label="Only this currency"
          placeholder="All"
          maxLength={3}
          value={value.currency}
          onChange={({ currentTarget }) => onChange({ ...value, currency: currentTarget.value.toUpperCase() })}
        />
        <TextInput
          label="First day"
          type="date"
          value={value.from}
          onChange={({ currentTarget }) => onChange({ ...value, from: currentTarget.value })}
        />
        <TextInput
          label="Last day"
          type="date"
          value={value.to}
          onChange={({ currentTarget }) => onChange({ ...value, to: currentTarget.value })}
        />
      </div>
    </search>
  )
}
