import { Migration } from '@mikro-orm/migrations'

/**
 * The books. A change gets the next position of its workspace under the lock of `workspace_head`, so positions are
 * contiguous and become visible in order. Clicks and receipts are cut into months by their id, which is time-ordered,
 * so that old ones can be dropped whole; conversions and changes are kept. Nothing points at a click by foreign key:
 * a conversion carries what it needs of its click.
 */
export class Migration0002Ledger extends Migration {
  override name = '0002-ledger'

  override up() {
    this.addSql(`
      create table click (
        workspace_id  uuid not null,
        id            uuid not null,
        revision      bigint not null,
        at            timestamptz not null,
        booked_at     timestamptz not null,
        advertiser_id uuid not null,
        campaign_id   uuid not null,
        affiliate_id  uuid not null,
        link_id       uuid not null,
        test          boolean not null,
        bot           boolean not null,
        first_visit   boolean not null,
        source        text not null,
        creative      text not null,
        keyword       text not null,
        placement     text not null,
        subs          jsonb not null,
        country       text not null,
        region        text not null,
        language      text not null,
        device        text not null,
        os            text not null,
        browser       text not null,
        cost          numeric(20, 4) not null,
        external_id   text,
        external_kind text,
        ip            inet,
        user_agent    text,
        primary key (workspace_id, id)
      ) partition by range (id)`)
    // What a fold has not reached yet is found by revision.
    this.addSql(`create index click_revision on click (workspace_id, revision)`)

    // One row per visitor, link and day: who is here already is not unique any more. Old days are deleted.
    this.addSql(`
      create table visit (
        workspace_id uuid not null,
        day          date not null,
        link_id      uuid not null,
        test         boolean not null,
        visitor      bigint not null,
        primary key (workspace_id, day, link_id, test, visitor)
      )`)

    this.addSql(`
      create table receipt (
        workspace_id   uuid not null,
        id             uuid not null,
        sequence       bigint not null,
        at             timestamptz not null,
        advertiser_id  uuid not null,
        outcome        text not null,
        reason_code    text,
        reason         text,
        field          text,
        http_status    smallint not null,
        method         text not null,
        url            text not null,
        body           text,
        ip             inet,
        transaction_id text,
        click_id       text,
        conversion_id  uuid,
        primary key (workspace_id, id)
      ) partition by range (id)`)
    this.addSql(`create index receipt_sequence on receipt (workspace_id, sequence)`)
    this.addSql(
      `create index receipt_transaction on receipt (workspace_id, transaction_id) where transaction_id is not null`,
    )

    // A well-formed postback that lacks something, waiting for it; \`request\` is the postback as it was understood.
    this.addSql(`
      create table parked_postback (
        workspace_id   uuid not null,
        receipt_id     uuid not null,
        advertiser_id  uuid not null,
        at             timestamptz not null,
        click_id       uuid,
        transaction_id text,
        -- It lacked something of the catalog, as it was at this version.
        lacks_catalog   boolean not null,
        catalog_version bigint not null,
        request        jsonb not null,
        primary key (workspace_id, receipt_id)
      )`)
    this.addSql(
      `create index parked_postback_click on parked_postback (workspace_id, click_id) where click_id is not null`,
    )
    this.addSql(
      `create index parked_postback_transaction on parked_postback (workspace_id, transaction_id) where transaction_id is not null`,
    )

    this.addSql(
      `create index parked_postback_catalog on parked_postback (workspace_id, catalog_version) where lacks_catalog`,
    )

    this.addSql(`
      create table conversion (
        workspace_id   uuid not null,
        id             uuid not null,
        advertiser_id  uuid not null,
        campaign_id    uuid not null,
        affiliate_id   uuid not null,
        link_id        uuid,
        click_id       uuid,
        receipt_id     uuid not null,
        event          text not null,
        goal_number    integer not null,
        transaction_id text,
        line           text not null,
        counts_each    boolean not null,
        status         text not null check (status in ('PENDING', 'APPROVED', 'REJECTED', 'REVERSED')),
        test           boolean not null,
        amount         numeric(24, 8),
        currency       text not null,
        rate           numeric(20, 10) not null,
        sale_amount    numeric(20, 4) not null,
        revenue        numeric(20, 4) not null,
        payout         numeric(20, 4) not null,
        occurred_at    timestamptz not null,
        received_at    timestamptz not null,
        clicked_at     timestamptz,
        changed_at     timestamptz not null,
        contents       text[] not null,
        source         text not null,
        creative       text not null,
        keyword        text not null,
        placement      text not null,
        subs           jsonb not null,
        country        text not null,
        region         text not null,
        language       text not null,
        device         text not null,
        os             text not null,
        browser        text not null,
        primary key (workspace_id, id)
      ) with (fillfactor = 85)`)
    // One order is one conversion: the constraint that makes a repeated postback harmless.
    this.addSql(`
      create unique index conversion_order on conversion (workspace_id, transaction_id, campaign_id, event, line)
        where transaction_id is not null`)
    this.addSql(`
      create unique index conversion_order_by_click on conversion (workspace_id, click_id, event)
        where transaction_id is null and click_id is not null and not counts_each`)
    this.addSql(`create index conversion_click on conversion (workspace_id, click_id) where click_id is not null`)

    // Append-only. The whole state after the change, and the step that led to it, so that the state before is known too.
    this.addSql(`
      create table conversion_change (
        workspace_id      uuid not null,
        position          bigint not null,
        conversion_id     uuid not null,
        advertiser_id     uuid not null,
        campaign_id       uuid not null,
        affiliate_id      uuid not null,
        receipt_id        uuid,
        kind              text not null check (kind in ('CREATED', 'UPDATED', 'APPROVED', 'REJECTED', 'REVERSED')),
        at                timestamptz not null,
        reason            text,
        status            text not null,
        previous_status   text,
        amount            numeric(24, 8),
        sale_amount       numeric(20, 4) not null,
        revenue           numeric(20, 4) not null,
        payout            numeric(20, 4) not null,
        sale_amount_delta numeric(20, 4) not null,
        revenue_delta     numeric(20, 4) not null,
        payout_delta      numeric(20, 4) not null,
        primary key (workspace_id, position)
      )`)
    this.addSql(
      `create index conversion_change_conversion on conversion_change (workspace_id, conversion_id, position)`,
    )
    this.addSql(`create index conversion_change_affiliate on conversion_change (workspace_id, affiliate_id, position)`)
    this.addSql(`create index conversion_change_campaign on conversion_change (workspace_id, campaign_id, position)`)
    this.addSql(
      `create index conversion_change_advertiser on conversion_change (workspace_id, advertiser_id, position)`,
    )
  }
}
