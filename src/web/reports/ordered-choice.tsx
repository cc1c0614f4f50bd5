import classes from './builder.module.css'

/** Some of many, in an order: ticked in one list, put in order in another, so that nothing moves under one's hands. */
export function OrderedChoice<Value extends string>({
  options,
  chosen,
  most = options.length,
  onChange,
}: {
  options: readonly { readonly value: Value; readonly name: string }[]
  chosen: readonly Value[]
  most?: number
  onChange: (chosen: readonly Value[]) => void
}) {
  function move(index: number, by: 1 | -1): void {
    const [one, other] = [chosen[index], chosen[index + by]]
    if (one === undefined || other === undefined) return
    onChange(chosen.map((value) => (value === one ? other : value === other ? one : value)))
  }
  const nameOf = (value: Value) => options.find((option) => option.value === value)?.name ?? value

  return (
    <div className={classes.ordered}>
      {chosen.length > 1 && (
        <ol className={classes.order} aria-label="Order">
          {chosen.map((value, index) => (
            <li key={value}>
              <span>{nameOf(value)}</span>
              {([-1, 1] as const).map((by) => (
                <button
                  key={by}
                  type="button"
                  className={classes.move}
                  aria-disabled={chosen[index + by] === undefined}
                  aria-label={`${nameOf(value)} ${by < 0 ? 'up' : 'down'}`}
                  onClick={() => move(index, by)}
                >
                  {by < 0 ? '↑' : '↓'}
                </button>
              ))}
            </li>
          ))}
        </ol>
      )}
      <ul className={classes.ticks}>
        {options.map(({ value, name }) => (
          <li key={value}>
            <label className={classes.tick}>
              <input
                type="checkbox"
                checked={chosen.includes(value)}
                disabled={!chosen.includes(value) && chosen.length >= most}
                onChange={({ target }) =>
                  onChange(target.checked ? [...chosen, value] : chosen.filter((other) => other !== value))
                }
              />
              {name}
            </label>
          </li>
        ))}
      </ul>
    </div>
  )
}
