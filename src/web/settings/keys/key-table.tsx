import { Button } from '@mantine/core'
import { useMemo } from 'react'
import { useFormats } from '../../figures/formats'
import type { KeyRowFragment } from '../../generated/settings/keys/keys'
import { roleNames } from '../../shell/role-names'
import { type Column, DataTable } from '../../table/data-table'
import classes from './key-table.module.css'

export function KeyTable({
  keys,
  isWhole,
  onEnd,
  onRevoke,
}: {
  keys: readonly KeyRowFragment[]
  /** All there are; a part of them cannot be sorted. */
  isWhole: boolean
  onEnd: () => void
  onRevoke: (key: KeyRowFragment) => void
}) {
  const { dayAndTime } = useFormats()
  const columns = useMemo((): Column<KeyRowFragment>[] => {
    const sortable = (sortBy: (key: KeyRowFragment) => string | null) => (isWhole ? { sortBy } : {})
    const ownerOf = ({ advertiser, affiliate }: KeyRowFragment) => (advertiser ?? affiliate)?.name ?? null
    return [
      { key: 'name', title: 'Name', ...sortable(({ name }) => name.toLowerCase()), show: ({ name }) => name },
      { key: 'role', title: 'Role', ...sortable(({ role }) => role), show: ({ role }) => roleNames[role] },
      { key: 'owner', title: 'Whose', ...sortable(ownerOf), show: (key) => ownerOf(key) ?? 'The workspace’s' },
      {
        key: 'made',
        title: 'Made',
        ...sortable(({ createdAt }) => createdAt),
        show: ({ createdAt }) => dayAndTime(createdAt),
      },
      {
        key: 'used',
        title: 'Last used',
        ...sortable(({ lastUsedAt }) => lastUsedAt),
        show: ({ lastUsedAt }) => (lastUsedAt === null ? 'Never' : dayAndTime(lastUsedAt)),
      },
      {
        key: 'state',
        title: 'State',
        ...sortable(({ revokedAt }) => revokedAt),
        show: (key) =>
          key.revokedAt === null ? (
            <Button size="compact-xs" variant="default" onClick={() => onRevoke(key)} aria-label={`Revoke ${key.name}`}>
              Revoke
            </Button>
          ) : (
            <span className={classes.revoked}>Revoked {dayAndTime(key.revokedAt)}</span>
          ),
      },
    ]
  }, [isWhole, dayAndTime, onRevoke])
  return <DataTable caption="Keys" columns={columns} rows={keys} rowKey={({ id }) => id} onEnd={onEnd} />
}
