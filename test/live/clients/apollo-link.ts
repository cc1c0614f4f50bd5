import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import type { ClientOptions } from 'graphql-ws'
import { createResumingClient } from './resuming-client.js'

export const createLiveLink = (options: ClientOptions) => new GraphQLWsLink(createResumingClient(options))
