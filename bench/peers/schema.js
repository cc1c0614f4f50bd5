import { buildSchema } from 'graphql'

/** As much of the product's schema as the subscription that is measured selects. */
export const createSchema = () =>
  buildSchema(`
    scalar Cursor
    scalar Decimal
    enum ChangeKind { CREATED UPDATED APPROVED REJECTED REVERSED }
    enum ConversionStatus { PENDING APPROVED REJECTED REVERSED }
    type Campaign { name: String! }
    type Affiliate { name: String! }
    type Conversion { id: ID! campaign: Campaign! affiliate: Affiliate! }
    type ConversionChange {
      cursor: Cursor!
      kind: ChangeKind!
      status: ConversionStatus!
      revenue: Decimal
      payout: Decimal
      conversion: Conversion!
    }
    type Query { ok: Boolean! }
    type Subscription { conversions: ConversionChange! }
  `)

/** The field that is subscribed to, so that it can be told where its events come from. */
export const fieldOf = (schema) => schema.getSubscriptionType().getFields().conversions
