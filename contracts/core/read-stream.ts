// The checker of a grammar: reads events as they come and complains, precisely, about each one that breaks a rule.
import type { z } from 'zod'
import { type Expression, type Next, never } from './expression.ts'
import type { Grammar, StreamEvent } from './grammar.ts'

/** The rules that a stream of events can break. Which requirement each belongs to, the contract's checks say. */
export type StreamRule =
  | 'event-schema'
  | 'sequence'
  | 'constant'
  | 'opens'
  | 'order'
  | 'closed'
  | 'ends-once'
  | 'truncated'
  | 'law'

export interface Complaint {
  readonly rule: StreamRule
  /** The place in the stream: 1 is the first event; one more than the last where the stream ended too early. */
  readonly event: number
  readonly expected: string
  readonly received: string
  /** The law that is broken, where `rule` is `law`. */
  readonly law?: string
}

export interface StreamReader {
  /** Takes the next event. No complaint: it kept every rule. After a complaint the reader goes on as well as it can. */
  event(event: StreamEvent): readonly Complaint[]
  /** The stream is over. */
  end(): readonly Complaint[]
  /** A terminal event has come. */
  readonly ended: boolean
  /** How many events were read. */
  readonly events: number
}

/** Begins to read one stream. */
export function readStream(grammar: Grammar): StreamReader {
  const { envelope, opens } = grammar
  const laws = grammar.laws.map((law) => ({ id: law.id, watch: law.watch() }))
  const constants = new Map<string, unknown>()
  let body = grammar.body
  let events = 0
  let sequence = 0
  let last: StreamEvent | undefined
  let terminal: { type: string; event: number } | undefined
  let complaints: Complaint[] | undefined

  return {
    event(event) {
      events += 1
      complaints = undefined
      checkSchema(event)
      checkSequence(event)
      checkConstants(event)
      checkOrder(event)
      if (complaints === undefined) checkLaws(event)
      last = event
      return complaints ?? none
    },
    end() {
      if (terminal !== undefined) return []
      const ends = Object.keys(grammar.ends)
        .map((type) => `\`${type}\``)
        .join(' or ')
      const received = last === undefined ? 'the end, without any event' : `the end after \`${last.type}\``
      return [{ rule: 'truncated', event: events + 1, expected: ends, received }]
    },
    get ended() {
      return terminal !== undefined
    },
    get events() {
      return events
    },
  }

  function complain(rule: StreamRule, expected: string, received: string, law?: string): void {
    complaints ??= []
    complaints.push({ rule, event: events, expected, received, ...(law === undefined ? {} : { law }) })
  }

  function checkSchema(event: StreamEvent): void {
    const result = own(grammar.schemas, event.type)?.safeParse(event)
    if (result?.success === false)
      complain(
        'event-schema',
        `\`${event.type}\` with ${expectation(result.error)}`,
        JSON.stringify(event).slice(0, 400),
      )
  }

  function checkSequence(event: StreamEvent): void {
    if (envelope.sequence === undefined) return
    const received = event[envelope.sequence]
    if (received !== sequence + 1)
      complain(
        'sequence',
        `${envelope.sequence} ${sequence + 1} on \`${event.type}\``,
        JSON.stringify(received) ?? 'none',
      )
    sequence = typeof received === 'number' ? received : sequence + 1
  }

  function checkConstants(event: StreamEvent): void {
    for (const member of envelope.constant) {
      const value = event[member]
      if (!constants.has(member)) {
        if (value !== undefined) constants.set(member, value)
      } else if (constants.get(member) !== value)
        complain(
          'constant',
          `${member} ${JSON.stringify(constants.get(member))} on every event`,
          JSON.stringify(value) ?? 'none',
        )
    }
  }

  function checkOrder(event: StreamEvent): void {
    const { type } = event
    if (terminal !== undefined) {
      const rule = `after \`${terminal.type}\` at event ${terminal.event} the stream must end`
      complain('ends-once', rule, `\`${type}\``)
      return
    }
    if (events === 1 && opens !== undefined && type !== opens)
      complain('opens', `the first event is \`${opens}\``, `\`${type}\``)
    if (type === opens) {
      if (events > 1) complain('opens', `exactly one \`${opens}\`, first`, `a second \`${opens}\``)
      return
    }
    const ending = own(grammar.ends, type)
    if (ending !== undefined) {
      terminal = { type, event: events }
      if (ending === 'closed' && !body.done)
        complain('closed', `before \`${type}\`: ${body.open().join('; ')}`, `\`${type}\``)
    } else if (Object.hasOwn(grammar.events, type)) {
      const rest = body.after(event)
      if (rest === never) complain('order', `${where(last, events)} ${expected(body, grammar)}`, describe(event, body))
      else body = rest
    }
  }

  function checkLaws(event: StreamEvent): void {
    for (const { id, watch } of laws) {
      const broken = watch.see(event)
      if (broken !== undefined) complain('law', broken.expected, broken.received, id)
    }
  }
}

const none: readonly Complaint[] = []

/** The entry of a table; types such as `constructor`, which every object inherits, are not in it. */
function own<T>(table: Readonly<Record<string, T>>, type: string): T | undefined {
  return Object.hasOwn(table, type) ? table[type] : undefined
}

function where(last: StreamEvent | undefined, event: number): string {
  return last === undefined ? 'at the beginning:' : `after \`${last.type}\` at event ${event - 1}:`
}

function expected(body: Expression, grammar: Grammar): string {
  const places = body.next().map(place)
  const ends = Object.entries(grammar.ends).flatMap(([type, ending]) =>
    ending === 'anywhere' || body.done ? [`\`${type}\``] : [],
  )
  return [...new Set([...places, ...ends])].join(' or ')
}

function place({ type, span }: Next): string {
  if (span === undefined) return `\`${type}\``
  return span.value === undefined ? `\`${type}\` with a new ${span.key}` : `\`${type}\` with ${span.key} ${span.value}`
}

function describe(event: StreamEvent, body: Expression): string {
  const key = body.next().find((next) => next.span !== undefined && event[next.span.key] !== undefined)?.span?.key
  return key === undefined ? `\`${event.type}\`` : `\`${event.type}\` with ${key} ${JSON.stringify(event[key])}`
}

function expectation(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.map(String).join('.') || 'the event'}: ${issue.message}`).join('; ')
}
