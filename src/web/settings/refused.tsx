import classes from './form.module.css'

/** Why something was not done, where no input is to blame for it; null: nothing was refused. */
export const Refused = ({ text }: { text: string | null }) =>
  text !== null && (
    <p role="alert" className={classes.refused}>
      {text}
    </p>
  )
