import { Button, NativeSelect } from '@mantine/core'
import { useRef } from 'react'
import { useViewer } from '../graph/use-viewer'
import { type GoalDraft, newGoal, type PriceDraft } from './campaign-draft'
import { duplicateNames, startsAsNames } from './describe-terms'
import { ChoiceField } from './form/choice-field'
import { TextField } from './form/text-field'
import { useRefusal } from './form/use-refusal'
import classes from './goals-editor.module.css'

const maxGoals = 50

/** A campaign's goals, to be written: as many as it pays for. */
export function GoalsEditor({
  goals,
  onChange,
}: {
  goals: readonly GoalDraft[]
  onChange: (goals: readonly GoalDraft[]) => void
}) {
  const list = useRef<HTMLDivElement>(null)
  const { error, ...refusal } = useRefusal('goals')

  function add(): void {
    onChange([...goals, newGoal('')])
    focusSoon(`[data-field="goals.${goals.length}.event"]`)
  }
  function remove(goal: GoalDraft): void {
    onChange(goals.filter((one) => one !== goal))
    focusSoon('[data-add]')
  }
  /** What is focused is not there before it is drawn. */
  const focusSoon = (selector: string) =>
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(selector)?.focus())

  return (
    <div ref={list} className={classes.goals}>
      {goals.map((goal, index) => (
        <GoalFields
          key={goal.key}
          goal={goal}
          field={`goals.${index}`}
          onChange={(changed) => onChange(goals.map((one) => (one === goal ? changed : one)))}
          onRemove={goals.length > 1 ? () => remove(goal) : null}
        />
      ))}
      {error !== undefined && <p className={classes.refused}>{error}</p>}
      <div>
        <Button {...refusal} data-add variant="default" onClick={add} disabled={goals.length >= maxGoals}>
          Add a goal
        </Button>
      </div>
    </div>
  )
}

function GoalFields({
  goal,
  field,
  onChange,
  onRemove,
}: {
  goal: GoalDraft
  field: string
  onChange: (goal: GoalDraft) => void
  onRemove: (() => void) | null
}) {
  const change = (part: Partial<GoalDraft>) => onChange({ ...goal, ...part })
  const name = goal.event === '' ? 'New goal' : `Goal ${goal.event}`
  return (
    <fieldset className={classes.goal}>
      <legend className={classes.legend}>{name}</legend>
      <TextField
        label="Event"
        description="What postbacks call it: sale, lead, install…"
        field={`${field}.event`}
        value={goal.event}
        onChange={(event) => change({ event })}
      />
      <PriceFields
        label="Advertiser pays"
        field={`${field}.revenue.value`}
        price={goal.revenue}
        onChange={(revenue) => change({ revenue })}
      />
      <PriceFields
        label="Affiliate is paid"
        field={`${field}.payout.value`}
        price={goal.payout}
        onChange={(payout) => change({ payout })}
      />
      <ChoiceField
        label="A conversion starts"
        field={`${field}.startsAs`}
        options={startsAsNames}
        value={goal.startsAs}
        onChange={(startsAs) => change({ startsAs })}
      />
      <ChoiceField
        label="A further postback for the same order"
        field={`${field}.duplicates`}
        options={duplicateNames}
        value={goal.duplicates}
        onChange={(duplicates) => change({ duplicates })}
      />
      {onRemove !== null && (
        <div className={classes.remove}>
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            aria-label={`Remove ${name.toLowerCase()}`}
            onClick={onRemove}
          >
            Remove
          </Button>
        </div>
      )}
    </fieldset>
  )
}

function PriceFields({
  label,
  field,
  price,
  onChange,
}: {
  label: string
  field: string
  price: PriceDraft
  onChange: (price: PriceDraft) => void
}) {
  const { workspace } = useViewer()
  const kinds = [
    { value: 'FIXED', label: 'Fixed amount' },
    { value: 'PERCENT', label: 'Percent of the sale' },
    { value: 'PASSED', label: 'As the postback says' },
  ]
  return (
    <div className={classes.price}>
      <NativeSelect
        label={label}
        value={price.kind}
        onChange={({ currentTarget: { value } }) => onChange({ ...price, kind: value as PriceDraft['kind'] })} // as offered above
        data={kinds}
      />
      {price.kind !== 'PASSED' && (
        <TextField
          label={price.kind === 'FIXED' ? `Amount, ${workspace.currency}` : 'Percent'}
          aria-label={`${label}, ${price.kind === 'FIXED' ? 'amount' : 'percent'}`}
          inputMode="decimal"
          className={classes.value}
          field={field}
          value={price.value}
          onChange={(value) => onChange({ ...price, value })}
        />
      )}
    </div>
  )
}
