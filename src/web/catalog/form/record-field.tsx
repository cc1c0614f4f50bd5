import type { ComponentProps } from 'react'
import { RecordPicker } from '../../controls/record-picker'
import { useRefusal } from './use-refusal'

/** A record, found by its name. Where it was refused, it says why. */
export const RecordField = ({ field, ...picker }: ComponentProps<typeof RecordPicker> & { field: string }) => (
  <RecordPicker {...picker} {...useRefusal(field)} />
)
