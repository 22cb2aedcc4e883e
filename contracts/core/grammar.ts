// A stream grammar: which events a stream may carry, in which order, and when it is over.
// Declared once, it gives the checker (read-stream.ts), the generator (generate-stream.ts), the documentation and the frozen schema.
import { z } from 'zod'
import type { Expression } from './expression.ts'
import { printShape, typesIn } from './expression-shape.ts'
import type { Law } from './law.ts'

/** The zod members of one event, beside those of the envelope. */
export type Shape = Readonly<Record<string, z.ZodType>>

/** The members that stand on every event of a stream, whatever its type. */
export interface Envelope {
  /** The schema members, without `type`. */
  readonly members: Shape
  /** The member that numbers the events: starts at 1, grows by 1. Absent: events are not numbered. */
  readonly sequence?: string
  /** Members whose value is the same on all events of one stream. */
  readonly constant: readonly string[]
  /** What the SSE `id:` line of an event must be. Absent: it is free. */
  readonly wireId?: (event: StreamEvent) => string
}

/** A decoded event. */
export interface StreamEvent {
  readonly type: string
  readonly [member: string]: unknown
}

/** `closed`: may come only when nothing is open. `anywhere`: may come at any time and closes all. */
export type Ending = 'closed' | 'anywhere'

export interface Grammar<Events extends Readonly<Record<string, Shape>> = Readonly<Record<string, Shape>>> {
  /** What one stream is called: `turn`, `run`. */
  readonly name: string
  readonly envelope: Envelope
  /** Every event type of the contract with its own members. Unknown types are allowed inside a body and ignored. */
  readonly events: Events
  /** The first event; exactly one. Absent: the body begins at once. */
  readonly opens?: string
  readonly body: Expression
  /** The terminal events: exactly one comes, last. */
  readonly ends: Readonly<Record<string, Ending>>
  /** What must hold between events, beyond their order. */
  readonly laws: readonly Law[]
  /** The schema of each event type: envelope, `type` and own members, open. */
  readonly schemas: Readonly<Record<string, z.ZodType>>
}

/** The decoded events of a grammar, told apart by `type`; members of the envelope are `unknown` to the compiler. */
export type EventOf<G extends Grammar> =
  G extends Grammar<infer Events>
    ? {
        [Type in keyof Events & string]: StreamEvent & { readonly type: Type } & {
          readonly [Member in keyof Events[Type]]: z.infer<Events[Type][Member]>
        }
      }[keyof Events & string]
    : never

/** Declares a grammar. Throws where an end, the opening or the body names a type that `events` does not hold. */
export function grammar<const Events extends Readonly<Record<string, Shape>>>(
  value: Omit<Grammar<Events>, 'schemas' | 'laws'> & { laws?: readonly Law[] },
): Grammar<Events> {
  const known = new Set(Object.keys(value.events))
  const opens = value.opens === undefined ? [] : [value.opens]
  const named = [...opens, ...Object.keys(value.ends), ...typesIn(value.body.shape())]
  for (const type of named) {
    if (!known.has(type)) throw new TypeError(`grammar ${value.name}: ${type} is not among its events`)
  }
  return { laws: [], ...value, schemas: eventSchemas(value.name, value.envelope, value.events) }
}

/** Writes the grammar down in the notation of the contract page. */
export function documentGrammar({ name, opens, body, ends, laws }: Grammar): string {
  const lines = [
    `${name} = ${opens === undefined ? '' : `${opens} `}body (${Object.keys(ends).join(' / ')}) EOF`,
    `body = ${printShape(body.shape())}`,
    ...Object.entries(ends).map(([type, ending]) => `${type}: ${endingSays[ending]}`),
    ...laws.map((law) => `law ${law.id}: ${law.says}`),
  ]
  return lines.join('\n')
}

const endingSays: Record<Ending, string> = {
  closed: 'only when everything that was opened is closed',
  anywhere: 'at any time; closes all',
}

function eventSchemas(name: string, envelope: Envelope, events: Readonly<Record<string, Shape>>) {
  return Object.fromEntries(
    Object.entries(events).map(([type, members]) => [
      type,
      z
        .looseObject({ type: z.literal(type), ...envelope.members, ...members })
        .meta({ id: `${name}.${type}`, description: `The event \`${type}\` of a ${name} stream.` }),
    ]),
  )
}
