import { useId } from 'react'
import classes from './choice.module.css'

/** One of a few, all in sight: radio buttons that look like tabs, and wrap where there is no room. */
export function Choice<Value extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string
  options: readonly { readonly value: Value; readonly name: string }[]
  value: Value
  onChange: (value: NoInfer<Value>) => void
}) {
  const group = useId()
  return (
    <fieldset className={classes.choice}>
      <legend className="unseen">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={classes.option}>
          <input
            type="radio"
            name={group}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.name}
        </label>
      ))}
    </fieldset>
  )
}
