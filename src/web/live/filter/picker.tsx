import '@mantine/core/styles/Combobox.layer.css'
import { Combobox, TextInput, useCombobox } from '@mantine/core'

export interface Option {
  readonly value: string
  readonly name: string
}

/** One input that finds and adds; what is chosen shows a tick, and choosing it again takes it away. */
export function Picker({
  label,
  placeholder,
  options,
  chosen,
  search,
  onSearch,
  onToggle,
  onOpen,
  nothing,
}: {
  label: string
  placeholder: string
  options: readonly Option[]
  chosen: readonly string[]
  search: string
  onSearch: (search: string) => void
  onToggle: (value: string) => void
  onOpen: () => void
  /** What is said when there is no option. */
  nothing: string
}) {
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const open = () => {
    onOpen()
    combobox.openDropdown()
  }
  return (
    <Combobox
      store={combobox}
      // Within the view, where readers look for it.
      withinPortal={false}
      onOptionSubmit={(value) => {
        onToggle(value)
        onSearch('')
      }}
    >
      <Combobox.Target>
        <TextInput
          size="xs"
          label={label}
          placeholder={placeholder}
          value={search}
          onChange={({ currentTarget }) => {
            onSearch(currentTarget.value)
            open()
            combobox.updateSelectedOptionIndex()
          }}
          onClick={open}
          onFocus={onOpen}
          onBlur={() => {
            combobox.closeDropdown()
            onSearch('')
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options aria-label={label} mah="16rem" style={{ overflowY: 'auto' }}>
          {options.map(({ value, name }) => (
            <Combobox.Option key={value} value={value} active={chosen.includes(value)}>
              {chosen.includes(value) ? '✓ ' : ''}
              {name}
            </Combobox.Option>
          ))}
          {options.length === 0 && <Combobox.Empty>{nothing}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
