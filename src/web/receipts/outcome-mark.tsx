import classes from './outcome-mark.module.css'
import { type Outcome, outcomes } from './outcomes'

export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  const { name, sign, tone, means } = outcomes[outcome]
  return (
    <span className={classes.mark} data-tone={tone} title={means}>
      <span aria-hidden="true" className={classes.sign}>
        {sign}
      </span>
      {name}
    </span>
  )
}
