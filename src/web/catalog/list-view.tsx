import { TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useFormats } from '../figures/formats'
import { describeError } from '../graph/describe-error'
import { type List, maxListed } from '../graph/use-list'
import { Failure } from '../states/failure'
import { Loading } from '../states/loading'
import { type Column, DataTable } from '../table/data-table'
import classes from './list-view.module.css'

/** What a list is narrowed down by. */
export function Filters({ children }: { children: ReactNode }) {
  return (
    <search className={classes.filters} aria-label="Filter">
      {children}
    </search>
  )
}

export function SearchInput({
  label,
  typed,
  onType,
}: {
  label: string
  typed: string
  onType: (text: string) => void
}) {
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      maxLength={100}
      className={classes.search}
      value={typed}
      onChange={({ currentTarget }) => onType(currentTarget.value)}
    />
  )
}

/** A list in whichever state it is: on its way, failed, empty, or there. */
export function ListTable<Row extends { readonly id: string }>({
  caption,
  things,
  list,
  columns,
  empty,
  height,
}: {
  caption: string
  /** One and many of them: `campaign`, `campaigns`. */
  things: readonly [one: string, many: string]
  list: List<Row>
  columns: readonly Column<Row>[]
  /** In place of a list without anything in it. */
  empty: ReactNode
  height?: number | string
}) {
  const { rows, hasMore, error } = list
  const formats = useFormats()
  if (rows === null) {
    if (error === undefined) return <Loading />
    return <Failure title={`${caption} could not be read`} text={describeError(error)} onRetry={list.retry} />
  }
  if (rows.length === 0) return empty
  const count = `${formats.count(rows.length)} ${things[rows.length === 1 ? 0 : 1]}`
  return (
    <>
      <DataTable
        caption={caption}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        onEnd={list.readMore}
        {...(height !== undefined && { height })}
      />
      <p className={classes.count} role="status">
        {hasMore ? describePart(count, rows.length) : count}
      </p>
    </>
  )
}

/** Of a list that is longer than what has been read of it. */
const describePart = (count: string, length: number): string =>
  length < maxListed
    ? `The first ${count}; scrolling brings more. What is filtered to fewer can be sorted.`
    : `The first ${count}: search or filter to find the others.`
