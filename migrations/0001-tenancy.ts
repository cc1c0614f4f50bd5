import { Migration } from '@mikro-orm/migrations'

/**
 * Who is who. Every primary and unique key begins with the workspace and no foreign key leaves it, so that the schema
 * can be spread over servers by workspace when one is outgrown. The exception is `directory`, which is asked before
 * the workspace is known: it maps a secret's hash, or a link's id, to its workspace, and holds nothing else.
 */
export class Migration0001Tenancy extends Migration {
  override name = '0001-tenancy'

  override up() {
    this.addSql(`
      create table installation (
        name  text primary key,
        value bytea not null
      )`)

    this.addSql(`
      create table workspace (
        id         uuid primary key,
        name       text not null,
        currency   text not null,
        time_zone  text not null,
        created_at timestamptz not null
      )`)

    // The one row that orders a workspace: whoever writes to its books or its catalog holds this row's lock until
    // commit. It is updated by every batch, so it gets a page to itself and stays in place (HOT updates).
    this.addSql(`
      create table workspace_head (
        workspace_id     uuid primary key references workspace (id),
        position         bigint not null default 0,
        revision         bigint not null default 0,
        receipt_sequence bigint not null default 0,
        catalog_version  bigint not null default 0,
        epoch            integer not null default 1,
        booked_at        timestamptz not null default '1970-01-01Z'
      ) with (fillfactor = 10, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0)`)

    this.addSql(`
      create table directory (
        handle       bytea primary key,
        kind         text not null check (kind in ('key', 'token', 'link')),
        workspace_id uuid not null,
        id           uuid not null
      )`)

    this.addSql(`
      create table advertiser (
        workspace_id    uuid not null references workspace (id),
        id              uuid not null,
        name            text not null,
        preset          text not null,
        allowed_ips     text[] not null default '{}',
        created_at      timestamptz not null,
        catalog_version bigint not null,
        primary key (workspace_id, id)
      )`)
    this.addSql(`create index advertiser_catalog_version on advertiser (workspace_id, catalog_version)`)

    // The hash recognises a token; the sealed copy lets its owner read it back in a ready postback URL.
    this.addSql(`
      create table advertiser_token (
        workspace_id  uuid not null,
        advertiser_id uuid not null,
        hash          bytea not null,
        sealed        bytea not null,
        created_at    timestamptz not null,
        expires_at    timestamptz,
        primary key (workspace_id, advertiser_id, hash),
        foreign key (workspace_id, advertiser_id) references advertiser (workspace_id, id)
      )`)

    this.addSql(`
      create table affiliate (
        workspace_id    uuid not null references workspace (id),
        id              uuid not null,
        name            text not null,
        ref             text not null,
        status          text not null check (status in ('ACTIVE', 'PAUSED', 'BLOCKED')),
        created_at      timestamptz not null,
        catalog_version bigint not null,
        primary key (workspace_id, id),
        constraint affiliate_ref unique (workspace_id, ref)
      )`)
    this.addSql(`create index affiliate_catalog_version on affiliate (workspace_id, catalog_version)`)

    this.addSql(`
      create table campaign (
        workspace_id            uuid not null references workspace (id),
        id                      uuid not null,
        advertiser_id           uuid not null,
        name                    text not null,
        status                  text not null check (status in ('ACTIVE', 'PAUSED', 'ARCHIVED')),
        destination_url         text not null,
        fallback_url            text,
        attribution_window_days integer not null,
        client_side             boolean not null,
        created_at              timestamptz not null,
        catalog_version         bigint not null,
        primary key (workspace_id, id),
        foreign key (workspace_id, advertiser_id) references advertiser (workspace_id, id)
      )`)
    this.addSql(`create index campaign_catalog_version on campaign (workspace_id, catalog_version)`)
    this.addSql(`create index campaign_advertiser on campaign (workspace_id, advertiser_id, id)`)

    // A goal is never changed, only followed by its next version; a version that is not active withdraws the goal.
    this.addSql(`
      create table goal_version (
        workspace_id    uuid not null,
        campaign_id     uuid not null,
        event           text not null,
        number          integer not null,
        active          boolean not null,
        ordinal         integer not null,
        revenue_kind    text not null check (revenue_kind in ('FIXED', 'PERCENT', 'PASSED')),
        revenue_value   numeric(20, 8),
        payout_kind     text not null check (payout_kind in ('FIXED', 'PERCENT', 'PASSED')),
        payout_value    numeric(20, 8),
        starts_as       text not null check (starts_as in ('PENDING', 'APPROVED')),
        duplicates      text not null check (duplicates in ('KEEP_FIRST', 'UPDATE', 'COUNT_EACH')),
        in_force_from   timestamptz not null,
        catalog_version bigint not null,
        primary key (workspace_id, campaign_id, event, number),
        foreign key (workspace_id, campaign_id) references campaign (workspace_id, id)
      )`)
    this.addSql(`create index goal_version_catalog_version on goal_version (workspace_id, catalog_version)`)

    this.addSql(`
      create table link (
        workspace_id    uuid not null,
        id              uuid not null,
        campaign_id     uuid not null,
        affiliate_id    uuid not null,
        source          text not null default '',
        creative        text not null default '',
        keyword         text not null default '',
        placement       text not null default '',
        subs            jsonb not null default '{}',
        destination_url text,
        created_at      timestamptz not null,
        primary key (workspace_id, id),
        foreign key (workspace_id, campaign_id) references campaign (workspace_id, id),
        foreign key (workspace_id, affiliate_id) references affiliate (workspace_id, id)
      )`)
    this.addSql(`create index link_campaign on link (workspace_id, campaign_id, id)`)
    this.addSql(`create index link_affiliate on link (workspace_id, affiliate_id, id)`)

    this.addSql(`
      create table access_key (
        workspace_id  uuid not null references workspace (id),
        id            uuid not null,
        name          text not null,
        role          text not null check (role in ('ADMIN', 'ANALYST', 'ADVERTISER', 'AFFILIATE')),
        advertiser_id uuid,
        affiliate_id  uuid,
        created_at    timestamptz not null,
        last_used_at  timestamptz,
        revoked_at    timestamptz,
        primary key (workspace_id, id),
        foreign key (workspace_id, advertiser_id) references advertiser (workspace_id, id),
        foreign key (workspace_id, affiliate_id) references affiliate (workspace_id, id),
        check ((role = 'ADVERTISER') = (advertiser_id is not null)),
        check ((role = 'AFFILIATE') = (affiliate_id is not null))
      )`)
  }
}
