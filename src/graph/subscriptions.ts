import { GraphQLError, type GraphQLSchema } from 'graphql'
import { scopeText } from '../access/scope.js'
import type { Snapshots } from '../database/snapshot.js'
import type { Feed, Group } from '../live/feed.js'
import type { Renderer } from '../live/payload.js'
import type { Execute } from './execute.js'
import type { LogError } from './mask-error.js'
import type { Caller, CreateContext, OperationContext } from './operation-context.js'
import type { Operation } from './prepare-operation.js'
import { renderEvent } from './render-event.js'
import { planSubscription, type SubscriptionPlan, type Variables } from './subscription-plan.js'
import { toGraphqlError } from './to-graphql-error.js'

/** A subscription that may begin: its question is running, and where it begins is known. */
export interface ReadySubscription {
  readonly group: Group
  readonly place: number
  /** To be called exactly once, joined or not: the last one to let go of a question ends it. */
  release(): void
}

/** Everyone's subscriptions, over whatever transport: those who ask the same share the work. */
export interface Subscriptions {
  /** How many there are, over how many different questions. */
  count(): { readonly subscriptions: number; readonly groups: number }
  prepare(
    operation: Operation,
    variables: Variables,
    caller: Caller,
    /** Where to begin, whatever `after` says: by the transport's own means. */
    resumeAfter?: string | null,
  ): Promise<ReadySubscription | { readonly errors: readonly GraphQLError[] }>
}

export interface SubscriptionsOptions<Context extends OperationContext> {
  readonly schema: GraphQLSchema
  readonly execute: Execute
  readonly snapshots: Snapshots
  /** For each event one; what it reads may be remembered from the event before. */
  readonly createEventContext: CreateContext<Context>
  /** Without it, what is wrong with variables is said without a hint at what would be right. */
  readonly introspection: boolean
  readonly logError: LogError
}

interface Question {
  readonly key: string
  readonly shownKey: string
  readonly group: Promise<Group>
  users: number
}

export function createSubscriptions<Context extends OperationContext>(
  options: SubscriptionsOptions<Context>,
): Subscriptions {
  const { schema, snapshots, createEventContext, introspection } = options
  const plans = new WeakMap<object, SubscriptionPlan | null>()
  const questions = new Map<string, Question>()
  const renderers = new Map<string, { readonly renderer: Renderer; users: number }>()
  let lastRendererId = 0

  const contextFor = ({ scope, publicUrl }: Caller) => createEventContext(scope, snapshots.open(), publicUrl)

  function planOf(operation: Operation): SubscriptionPlan | null {
    const known = plans.get(operation.operation)
    if (known !== undefined) return known
    const plan = planSubscription(schema, operation, { hideSuggestions: !introspection })
    plans.set(operation.operation, plan)
    return plan
  }

  /** One for all who have events shown in the same way with the same eyes. */
  function useRenderer(key: string, plan: SubscriptionPlan, variables: Variables, caller: Caller): Renderer {
    let used = renderers.get(key)
    if (used === undefined) {
      lastRendererId += 1
      const event = { ...options, document: plan.shown, variables, createContext: () => contextFor(caller) }
      used = { renderer: { id: lastRendererId, render: (value) => renderEvent(event, value) }, users: 0 }
      renderers.set(key, used)
    }
    used.users += 1
    return used.renderer
  }

  function releaseRenderer(key: string): void {
    const used = renderers.get(key)
    if (used === undefined) return
    used.users -= 1
    if (used.users === 0) renderers.delete(key)
  }

  async function open(plan: SubscriptionPlan, args: Variables, caller: Caller, renderer: Renderer): Promise<Group> {
    const context = contextFor(caller)
    try {
      // The resolvers' own word; nothing here needs what GraphQL would say of the operation besides.
      const feed = (await plan.field.subscribe?.(undefined, args, context, undefined as never)) as Feed
      return await feed.open(renderer)
    } finally {
      void context.snapshot.end()
    }
  }

  function release(question: Question): void {
    question.users -= 1
    if (question.users > 0) return
    if (questions.get(question.key) === question) questions.delete(question.key)
    releaseRenderer(question.shownKey)
    question.group.then((group) => group.close()).catch(() => undefined)
  }

  /** Apart, so that it holds on to nothing but what it needs for as long as the subscription lasts. */
  const toReady = (question: Question, group: Group, place: number): ReadySubscription => ({
    group,
    place,
    release: () => release(question),
  })

  return {
    count: () => ({
      subscriptions: [...questions.values()].reduce((sum, { users }) => sum + users, 0),
      groups: questions.size,
    }),
    async prepare(operation, variables, caller, resumeAfter) {
      const plan = planOf(operation)
      if (plan === null) return { errors: [new GraphQLError('A subscription must select a field.')] }
      const asked = plan.read(variables)
      if ('errors' in asked) return asked
      const shownKey = `${scopeText(caller.scope)} ${caller.publicUrl} ${JSON.stringify(asked.shownVariables)} ${plan.shownText}`
      const key = `${asked.argumentsText} ${shownKey}`
      let question = questions.get(key)
      if (question === undefined) {
        const renderer = useRenderer(shownKey, plan, asked.shownVariables, caller)
        const group = open(plan, asked.arguments, caller, renderer)
        question = { key, shownKey, group, users: 0 }
        questions.set(key, question)
        group.then(undefined, () => undefined)
      }
      const used = question
      used.users += 1
      try {
        const group = await used.group
        return toReady(used, group, await group.start(resumeAfter ?? asked.after))
      } catch (error) {
        release(used)
        return { errors: [toGraphqlError(error, [plan.field.name])] }
      }
    },
  }
}
