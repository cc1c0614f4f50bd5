import { type RecordKind, useRecord } from '../../controls/records'
import { type Formats, useFormats } from '../../figures/formats'
import { Drawing } from '../../shell/icons'
import { statusNames } from '../feed/change-mark'
import { type Field, type Filter, statuses } from './filter'
import classes from './filter-bar.module.css'
import { textsOf, withTexts } from './filter-text'

const crossPath = 'M7 7l10 10M17 7L7 17'

/** What the filter asks for, each with a way to take it back. */
export function FilterChips({
  fields,
  filter,
  onFilter,
}: {
  fields: readonly Field[]
  filter: Filter
  onFilter: (filter: Filter) => void
}) {
  const formats = useFormats()
  return (
    <ul className={classes.chips} aria-label="What passes">
      {fields.flatMap((field) => {
        const texts = textsOf(field, filter)
        return texts.map((text) => {
          const without = texts.filter((other) => other !== text)
          const onRemove = () => onFilter(withTexts(field, filter, without))
          const key = `${field.name} ${text}`
          const { title } = field
          if (field.kind === 'records') return <RecordChip key={key} {...{ title, of: field.of, id: text, onRemove }} />
          return <Chip key={key} {...{ title, value: describe(field, text, formats), onRemove }} />
        })
      })}
    </ul>
  )
}

function RecordChip({ of, id, ...chip }: { title: string; of: RecordKind; id: string; onRemove: () => void }) {
  return <Chip {...chip} value={useRecord(of, id)?.name ?? id} />
}

const Chip = ({ title, value, onRemove }: { title: string; value: string; onRemove: () => void }) => (
  <li className={classes.chip}>
    <span className={classes.title}>{title}</span> <span className={classes.value}>{value}</span>
    <button type="button" aria-label={`Remove ${title} ${value}`} onClick={onRemove}>
      <Drawing path={crossPath} size={14} />
    </button>
  </li>
)

function describe({ kind }: Field, text: string, formats: Formats): string {
  switch (kind) {
    case 'statuses':
      return statuses.flatMap((status) => (status === text ? [statusNames[status]] : [])).join()
    case 'tests':
      return text === 'true' ? 'only' : 'none'
    case 'money':
      return formats.money(text)
    case 'instant':
      return formats.dayAndTime(text)
    default:
      return text
  }
}
