import type { Scope } from './access/scope.js'
import type { Tokens } from './access/tokens.js'
import type { CatalogWrites } from './catalog/context.js'
import { createAdvertiser } from './catalog/write-advertiser.js'
import { createAffiliate } from './catalog/write-affiliate.js'
import { createCampaign } from './catalog/write-campaign.js'
import { createLink } from './catalog/write-link.js'
import type { Rows } from './database/rows.js'
import { type AdvertiserId, encodeId, type LinkId, type WorkspaceId } from './kernel/ids.js'

/** An advertiser, its campaign and a link to it, so that a new workspace has something to try. */
export async function createExample(writes: CatalogWrites, scope: Scope): Promise<void> {
  const advertiserId = encodeId('adv', await createAdvertiser(writes, scope, { name: 'Example Shop' }))
  const affiliateId = encodeId('aff', await createAffiliate(writes, scope, { name: 'Example Affiliate' }))
  const campaignId = encodeId(
    'cmp',
    await createCampaign(writes, scope, {
      advertiserId,
      name: 'Example Campaign',
      destinationUrl: 'https://shop.example/?click_id={click_id}',
      goals: [
        {
          event: 'sale',
          revenue: { kind: 'PERCENT', value: '10' },
          payout: { kind: 'PERCENT', value: '7.5' },
          startsAs: 'APPROVED',
          duplicates: 'KEEP_FIRST',
        },
      ],
    }),
  )
  await createLink(writes, scope, { campaignId, affiliateId, source: 'newsletter' })
}

/** Without a browser's name the click would count as a bot's. */
const browser = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36'

/** Lines to paste that end in a credited conversion, by way of the workspace's oldest link; none without a link. */
export async function exampleLines(
  rows: Rows,
  tokens: Tokens,
  workspaceId: WorkspaceId,
  baseUrl: string,
): Promise<string[]> {
  const [link] = await rows<{ id: LinkId; advertiser_id: AdvertiserId }>(
    `select l.id, c.advertiser_id from link l join campaign c on c.workspace_id = l.workspace_id and c.id = l.campaign_id
      where l.workspace_id = $1 and c.status = 'ACTIVE' order by l.id limit 1`,
    [workspaceId],
  )
  if (link === undefined) return []
  const token = (await tokens.readTokens(rows, workspaceId, [link.advertiser_id])).get(link.advertiser_id)
  if (token === undefined) return []
  return [
    `CLICK=$(curl -s -o /dev/null -w '%{redirect_url}' '${baseUrl}/c/${encodeId('lnk', link.id)}' -A '${browser}' | grep -o 'clk_[0-9a-z]*')`,
    `curl "${baseUrl}/postback?token=${token}&click_id=$CLICK&txid=order-$RANDOM&amount=49.90"`,
  ]
}

/** What a start prints: where the server is, how to get in, what to try. */
export async function welcome(
  { rows, tokens }: { rows: Rows; tokens: Tokens },
  { scope, newAdminKey }: { scope: Scope; newAdminKey: string | null },
  baseUrl: string,
  isDemo: boolean,
): Promise<string> {
  const entry = isDemo ? 'one click signs in, whoever can reach it' : 'sign in with a key'
  const lines = [
    '',
    `Pulseback is ready: ${baseUrl}`,
    `  Page       ${baseUrl}/   (${entry})`,
    `  GraphQL    ${baseUrl}/graphql   (HTTP and WebSocket; schema at /schema.graphql)`,
  ]
  if (newAdminKey !== null) lines.push(`  Admin key  ${newAdminKey}   (shown this once: keep it)`)
  const example = await exampleLines(rows, tokens, scope.workspaceId, baseUrl)
  if (example.length > 0) {
    lines.push('', 'Try it: paste these two lines into another terminal, a click and its conversion.', '', ...example)
  }
  return [...lines, ''].join('\n')
}
