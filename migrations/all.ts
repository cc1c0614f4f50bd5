import { Migration0001Tenancy } from './0001-tenancy.js'
import { Migration0002Ledger } from './0002-ledger.js'
import { Migration0003Rollups } from './0003-rollups.js'
import { Migration0004SessionRenewals } from './0004-session-renewals.js'
import { Migration0005RollupFamilies } from './0005-rollup-families.js'
import { Migration0006CurrencyRates } from './0006-currency-rates.js'
import { Migration0007Bi } from './0007-bi.js'
import { Migration0008AdvertiserActivity } from './0008-advertiser-activity.js'
import { Migration0009Retention } from './0009-retention.js'
import { Migration0010Orders } from './0010-orders.js'
import { Migration0011AdvertiserDirectory } from './0011-advertiser-directory.js'
import { Migration0012SendersAndVisitors } from './0012-senders-and-visitors.js'
import { Migration0013BaseBehind } from './0013-base-behind.js'
import { Migration0014BatchStamp } from './0014-batch-stamp.js'

/** In the order in which they run. */
export const migrations = [
  Migration0001Tenancy,
  Migration0002Ledger,
  Migration0003Rollups,
  Migration0004SessionRenewals,
  Migration0005RollupFamilies,
  Migration0006CurrencyRates,
  Migration0007Bi,
  Migration0008AdvertiserActivity,
  Migration0009Retention,
  Migration0010Orders,
  Migration0011AdvertiserDirectory,
  Migration0012SendersAndVisitors,
  Migration0013BaseBehind,
  Migration0014BatchStamp,
]
