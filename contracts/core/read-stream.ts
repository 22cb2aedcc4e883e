// The checker of a grammar: reads events as they come and complains, precisely, about each one that breaks a rule.
import { z } from 'zod'
import { type Expression, type Next, never } from './expression.ts'
import { type Fits, fits } from './fits.ts'
import type { Ending, Grammar, StreamEvent } from './grammar.ts'

/** The rules that a stream of events can break. Which requirement each belongs to, the contract's checks say. */
export const streamRules = [
  'event-schema',
  'sequence',
  'constant',
  'opens',
  'order',
  'closed',
  'ends-once',
  'truncated',
  'law',
] as const

export type StreamRule = (typeof streamRules)[number]

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
  const rules = typeRules(grammar)
  const laws = grammar.laws.map((law) => ({ id: law.id, watch: law.watch() }))
  /** The values of `envelope.constant`, in that order, as the first event that has them says. */
  const constants: unknown[] = envelope.constant.map(() => undefined)
  let body = grammar.body
  let events = 0
  let sequence = 0
  let last: StreamEvent | undefined
  let terminal: { type: string; event: number } | undefined
  let complaints: Complaint[] | undefined
  /** An event that fits its schema has carried these constants: on later events they are compared, not judged again. */
  let constantsFit = false

  return {
    event(event) {
      events += 1
      complaints = undefined
      const rule = rules.get(event.type)
      const same = hasSameConstants(event)
      checkSchema(event, rule, same)
      checkSequence(event)
      if (!same) checkConstants(event)
      checkOrder(event, rule)
      if (isReadable(complaints)) checkLaws(event)
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

  function hasSameConstants(event: StreamEvent): boolean {
    for (let place = 0; place < constants.length; place += 1) {
      const value = constants[place]
      if (value === undefined || event[envelope.constant[place] ?? ''] !== value) return false
    }
    return true
  }

  function checkSchema(event: StreamEvent, rule: TypeRule | undefined, sameConstants: boolean): void {
    if (rule === undefined) return
    if (sameConstants && constantsFit ? rule.fitsBesideConstants(event) : rule.fits(event)) {
      constantsFit ||= sameConstants
      return
    }
    const result = rule.schema.safeParse(event)
    if (result.success) return
    const expected = `\`${event.type}\` with ${expectation(result.error)}`
    complain('event-schema', expected, JSON.stringify(event).slice(0, 400))
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
    for (let place = 0; place < constants.length; place += 1) {
      const member = envelope.constant[place] ?? ''
      const value = event[member]
      const before = constants[place]
      if (before === undefined) constants[place] = value
      else if (before !== value)
        complain('constant', `${member} ${JSON.stringify(before)} on every event`, JSON.stringify(value) ?? 'none')
    }
  }

  function checkOrder(event: StreamEvent, rule: TypeRule | undefined): void {
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
    if (rule === undefined) return
    if (rule.ending !== undefined) {
      terminal = { type, event: events }
      if (rule.ending === 'closed' && !body.done)
        complain('closed', `before \`${type}\`: ${body.open().join('; ')}`, `\`${type}\``)
      return
    }
    const rest = body.after(event)
    if (rest === never) complain('order', `${where(last, events)} ${expected(body, grammar)}`, describe(event, body))
    else body = rest
  }

  function checkLaws(event: StreamEvent): void {
    for (const { id, watch } of laws) {
      const broken = watch.see(event)
      if (broken !== undefined) complain('law', broken.expected, broken.received, id)
    }
  }
}

/** An event that breaks its schema or the order tells the laws nothing that they could rely on. */
function isReadable(complaints: readonly Complaint[] | undefined): boolean {
  return complaints === undefined || !complaints.some(({ rule }) => unreadable.has(rule))
}

const unreadable: ReadonlySet<StreamRule> = new Set(['event-schema', 'order', 'ends-once'])

const none: readonly Complaint[] = []

/** What a grammar says of one event type. */
interface TypeRule {
  readonly schema: z.ZodType
  readonly fits: Fits
  readonly fitsBesideConstants: Fits
  readonly ending: Ending | undefined
}

const knownRules = new WeakMap<Grammar, ReadonlyMap<string, TypeRule>>()

/** The rules by type. A map, so that types such as `constructor`, which every object inherits, are not in it. */
function typeRules(grammar: Grammar): ReadonlyMap<string, TypeRule> {
  const known = knownRules.get(grammar)
  if (known !== undefined) return known
  const { ends, envelope, events, schemas } = grammar
  const endings = new Map(Object.entries(ends))
  const rules = new Map<string, TypeRule>()
  for (const [type, schema] of Object.entries(schemas)) {
    const members = Object.entries({ ...envelope.members, ...events[type] })
    const beside = z.looseObject(Object.fromEntries(members.filter(([member]) => !envelope.constant.includes(member))))
    rules.set(type, { schema, fits: fits(schema), fitsBesideConstants: fits(beside), ending: endings.get(type) })
  }
  knownRules.set(grammar, rules)
  return rules
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
