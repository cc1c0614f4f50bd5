import { RecordPicker } from '../controls/record-picker'
import classes from './advertiser-picker.module.css'

/** For those who see many: which one. `none` is what it is called to choose none, where that can be. */
export const AdvertiserPicker = ({
  none,
  ...choice
}: {
  value: string | null
  onChange: (id: string | null) => void
  none?: string
}) => (
  <RecordPicker
    {...choice}
    kind="advertiser"
    className={classes.picker}
    aria-label="Advertiser"
    placeholder={none ?? 'Choose an advertiser'}
    clearable={none !== undefined}
    clearButtonProps={{ 'aria-label': none }}
    nothingFoundMessage="No advertiser has this in its name"
    maxDropdownHeight={320}
  />
)
