import { Choice } from '../../controls/choice'
import { useViewer } from '../../graph/use-viewer'
import { statusNames } from '../feed/change-mark'
import { decimalText, type Field, type Filter, statuses, subText } from './filter'
import classes from './filter-panel.module.css'
import { textsOf, withTexts } from './filter-text'
import { RecordsPicker } from './records-picker'
import { TextPicker } from './text-picker'
import { TypedField } from './typed-field'
import { fromWallTime, toWallTime } from './zoned-instant'

const testChoices = [
  { value: '', name: 'With tests' },
  { value: 'false', name: 'No tests' },
  { value: 'true', name: 'Only tests' },
] as const

/** What one field of the filter is chosen with. */
export function FieldControl({
  field,
  filter,
  onFilter,
}: {
  field: Field
  filter: Filter
  onFilter: (filter: Filter) => void
}) {
  const { workspace } = useViewer()
  const { timeZone, currency } = workspace
  const { title } = field
  const chosen = textsOf(field, filter)
  const [value = ''] = chosen
  const choose = (...texts: readonly string[]) => onFilter(withTexts(field, filter, texts))
  const toggle = (text: string) =>
    choose(...(chosen.includes(text) ? chosen.filter((other) => other !== text) : [...chosen, text]))

  switch (field.kind) {
    case 'statuses':
      return (
        <fieldset className={classes.statuses}>
          <legend className="unseen">{title}</legend>
          {statuses.map((status) => (
            <label key={status}>
              <input type="checkbox" checked={chosen.includes(status)} onChange={() => toggle(status)} />
              {statusNames[status]}
            </label>
          ))}
        </fieldset>
      )
    case 'tests':
      return (
        <div className={classes.tests}>
          <Choice
            label={title}
            options={testChoices}
            value={filter.test == null ? '' : filter.test ? 'true' : 'false'}
            onChange={(text) => choose(text)}
          />
        </div>
      )
    case 'records':
      return <RecordsPicker label={title} of={field.of} chosen={chosen} onToggle={toggle} />
    case 'texts':
      return (
        <TextPicker
          label={title}
          dimension={field.dimension}
          example={field.example}
          chosen={chosen}
          onToggle={toggle}
        />
      )
    case 'subs':
      return (
        <TextPicker
          label={title}
          example="sub1=spring"
          isText={(text) => subText.test(text)}
          chosen={chosen}
          onToggle={toggle}
        />
      )
    case 'text':
      return <TypedField label={title} value={value} placeholder="Any" onEnter={choose} />
    case 'money':
      return (
        <TypedField
          label={`${title} (${currency})`}
          value={value}
          placeholder="Any"
          inputMode="decimal"
          problem={(text) => (decimalText.test(text) ? null : 'An amount such as 12.50')}
          onEnter={choose}
        />
      )
    case 'instant':
      return (
        <TypedField
          label={`${title} (${timeZone})`}
          type="datetime-local"
          value={value === '' ? '' : toWallTime(Date.parse(value), timeZone)}
          onEnter={(text) => choose(fromWallTime(text, timeZone) ?? '')}
        />
      )
  }
}
