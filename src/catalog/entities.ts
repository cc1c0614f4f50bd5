import { AccessKey } from './access-key.entity.js'
import { Advertiser } from './advertiser.entity.js'
import { Affiliate } from './affiliate.entity.js'
import { Campaign } from './campaign.entity.js'
import { GoalVersion } from './goal-version.entity.js'
import { Link } from './link.entity.js'
import { Workspace, WorkspaceHead } from './workspace.entity.js'

/** What the ORM is to know of the catalog. */
export const catalogEntities = [Workspace, WorkspaceHead, Advertiser, Affiliate, Campaign, GoalVersion, Link, AccessKey]
