import type { ViewSchema } from '../../database/view-schema.js'
import { catalogViews } from './catalog-views.js'
import { eventViews } from './event-views.js'
import { idFunctions } from './id-functions.js'
import { performanceViews } from './performance-views.js'

/** What a reader sees: a workspace's books and catalog. No secret, no address, no body of a request is in it. */
export const biSchema: ViewSchema = {
  name: 'bi',
  functions: idFunctions,
  views: [...eventViews, ...performanceViews, ...catalogViews],
}
