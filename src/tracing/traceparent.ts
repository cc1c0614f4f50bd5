import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  trace,
} from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'

const propagator = new W3CTraceContextPropagator()

/** What these headers say that something is part of; what makes no sense is no part of anything. */
export const readParent = (headers: object): Context => propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter)

export const inside = (span: Span): Context => trace.setSpan(ROOT_CONTEXT, span)

export function writeTraceparent(span: Span): string | undefined {
  const headers: { traceparent?: string } = {}
  propagator.inject(inside(span), headers, defaultTextMapSetter)
  return headers.traceparent
}
