import classes from './destination-preview.module.css'
import { fillMacros, type MacroValues } from './fill-macros'

/** Where a visitor would be sent, with what is put in for macros set off. */
export function DestinationPreview({ title, url, values }: { title: string; url: string; values: MacroValues }) {
  if (url.trim() === '') return null
  const pieces = fillMacros(url.trim(), values)
  const unknown = pieces.filter(({ kind }) => kind === 'unknown').map(({ text }) => text)
  return (
    <section className={classes.preview} aria-label={title}>
      <div className={classes.title}>{title}</div>
      <code className={classes.url}>
        {pieces.map(({ kind, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have nothing else, and keep no state
          <span key={index} data-kind={kind}>
            {text}
          </span>
        ))}
      </code>
      {unknown.length > 0 && (
        <div className={classes.unknown}>
          {unknown.join(', ')}{' '}
          {unknown.length === 1 ? 'is no macro and stays as it is.' : 'are no macros and stay as they are.'}
        </div>
      )}
    </section>
  )
}
