import classes from './desk.module.css'
import { meaningInWords, meaningOf, type Preset } from './preset-names'
import { calledOf, senderOf } from './senders'

/** What the ready URL says, piece by piece, and how the sender gets to know the click. */
export function ParameterList({ preset }: { preset: Preset }) {
  const { title, kind, handOver } = senderOf(preset.name)
  return (
    <>
      <table className={classes.parameters}>
        <caption className={classes.caption}>
          {kind === 'Your own shop or server'
            ? 'Your system puts its own values in the place of what is in braces.'
            : `Leave what is in braces as it is: ${title} fills it in.`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Parameter</th>
            <th scope="col">Filled in with</th>
            <th scope="col">It is</th>
          </tr>
        </thead>
        <tbody>
          {[...new URLSearchParams(preset.postbackParameters)].map(([name, macro]) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td>
                <code>{macro}</code>
              </td>
              <td>{meaningInWords(meaningOf(preset, name))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={classes.quiet}>
        <strong>The click id</strong> has to reach {calledOf(preset.name)} first, in the campaign’s destination URL.{' '}
        {handOver}
      </p>
    </>
  )
}
