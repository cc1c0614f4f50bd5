import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql'
import { type Page, type PageKind, pageCursor } from '../database/page.js'
import { PageCursor } from '../kernel/scalars.js'

@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, defaultValue: 50, description: 'How many at most: 1 to 500.' })
  first!: number | null

  @Field(() => PageCursor, {
    nullable: true,
    description: 'Go on behind this place, the `endCursor` of the page before.',
  })
  after!: string | null
}

@ArgsType()
export class SearchArgs extends PageArgs {
  @Field(() => String, {
    nullable: true,
    description: 'Only those whose name contains this text, in any case; at most 100 characters.',
  })
  search!: string | null
}

@ObjectType('PageInfo', { simpleResolvers: true, description: 'Where a page ends, and whether more follows.' })
export class PageInfoType {
  @Field(() => Boolean)
  hasNextPage!: boolean

  @Field(() => PageCursor, { nullable: true, description: 'Where the page ends; null for an empty page.' })
  endCursor!: string | null
}

export interface Edge<Node> {
  readonly cursor: string
  readonly node: Node
}

export interface Connection<Node> {
  readonly edges: readonly Edge<Node>[]
  readonly nodes: readonly Node[]
  readonly pageInfo: PageInfoType
}

/**
 * The Relay connection of a node type: `{name}Connection` of `{name}Edge`. A connection with fields of its own extends
 * the class made here under another `connectionName`; a class that nothing refers to is not in the schema.
 */
export function connectionType<Node extends object>(
  name: string,
  nodeType: ClassType<Node>,
  connectionName = `${name}Connection`,
): ClassType<Connection<Node>> {
  @ObjectType(`${name}Edge`, { simpleResolvers: true, description: 'A place in the list and what is there.' })
  class EdgeType implements Edge<Node> {
    @Field(() => PageCursor)
    cursor!: string

    @Field(() => nodeType)
    node!: Node
  }

  @ObjectType(connectionName, { simpleResolvers: true, description: 'A page of a list.' })
  class ConnectionType implements Connection<Node> {
    @Field(() => [EdgeType])
    edges!: EdgeType[]

    @Field(() => [nodeType], { description: 'The same as `edges`, for those who need no cursors.' })
    nodes!: Node[]

    @Field(() => PageInfoType)
    pageInfo!: PageInfoType
  }
  return ConnectionType
}

/** A page as a connection; what is not asked for is not made. */
export function toConnection<Node extends { readonly id: string }>(
  kind: PageKind,
  { rows, hasNextPage }: Page<Node>,
): Connection<Node> {
  return {
    nodes: rows,
    get edges() {
      return rows.map((node) => ({ cursor: pageCursor(kind, node.id), node }))
    },
    get pageInfo() {
      const last = rows.at(-1)
      return { hasNextPage, endCursor: last === undefined ? null : pageCursor(kind, last.id) }
    },
  }
}
