/** What an editor that has no drafts begins with, a tab each. */
export const starterQueries: readonly string[] = [
  `# Who you are here. Ctrl-Enter runs it;
# the book on the left has the whole schema.
query WhoAmI {
  viewer {
    role
    workspace {
      name
      currency
      timeZone
    }
  }
}
`,
  `# Today by campaign. Any dimensions, intervals,
# zones and filters go together.
query TodayByCampaign {
  performance(query: { range: TODAY, groupBy: [CAMPAIGN] }) {
    asOf
    rows {
      campaign {
        name
      }
      metrics {
        clicks
        conversions
        conversionRate
        payout
      }
    }
    totals {
      clicks
      conversions
      payout
    }
  }
}
`,
  `# The latest conversions, newest first.
query LatestConversions {
  conversions(first: 10) {
    nodes {
      id
      event
      status
      occurredAt
      campaign {
        name
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  `# Each change to a conversion as it is booked:
# run it, leave it open, and send a postback.
subscription FollowConversions {
  conversions {
    cursor
    at
    kind
    conversion {
      id
      event
      status
      campaign {
        name
      }
    }
  }
}
`,
]
