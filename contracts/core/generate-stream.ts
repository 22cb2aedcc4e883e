// The generator of a grammar: makes whole streams that keep every rule, for the mock, for property tests and for fuzzing.
import type { Expression, Next } from './expression.ts'
import type { Grammar, StreamEvent } from './grammar.ts'
import { between, pick, type Random } from './random.ts'
import { sample } from './sample.ts'

export interface GenerateOptions {
  /** About how many body events to make before everything is closed. Default 12. */
  readonly size?: number
  /** Ends with this terminal. Default: the first that needs everything closed. */
  readonly end?: string
}

/** Makes one stream, from its first event to its terminal. The same random numbers give the same stream. */
export function generateStream(grammar: Grammar, random: Random, options: GenerateOptions = {}): StreamEvent[] {
  const { size = 12, end = usualEnd(grammar) } = options
  const laws = grammar.laws.map((law) => law.watch())
  const constants = Object.fromEntries(
    grammar.envelope.constant.map((member) => [member, `${member.replace(/_id$/, '')}-${between(random, 1000, 9999)}`]),
  )
  const events: StreamEvent[] = []
  let keys = 0

  if (grammar.opens !== undefined) emit({ type: grammar.opens })
  let body = grammar.body
  const may = (next: { readonly type: string }) => laws.every((law) => law.may?.(next) ?? true)
  const mayStop = () => (body.done || grammar.ends[end] === 'anywhere') && may({ type: end })
  for (let made = 0; !(mayStop() && made >= size); made += 1) {
    const next = choose(body, body.next().filter(may), made < size, random)
    if (next === undefined) break
    body = body.after(emit(next))
  }
  emit({ type: end })
  return events

  function emit({ type, span }: Next): StreamEvent {
    const schema = grammar.schemas[type]
    if (schema === undefined) throw new TypeError(`grammar ${grammar.name} has no event ${type}`)
    const event: Record<string, unknown> & { type: string } = {
      ...(sample(schema, random) as object),
      ...constants,
      type,
    }
    if (grammar.envelope.sequence !== undefined) event[grammar.envelope.sequence] = events.length + 1
    if (span !== undefined) event[span.key] = span.value ?? `${span.key.replace(/_id$/, '')}-${++keys}`
    for (const law of laws) Object.assign(event, law.mend?.(event))
    for (const law of laws) law.see(event)
    events.push(event)
    return event
  }
}

/** While the stream may grow, any place after which it still can; afterwards one that leads towards closing. */
function choose(body: Expression, places: readonly Next[], grow: boolean, random: Random): Next | undefined {
  if (places.length === 0) return undefined
  if (grow)
    return pickFrom(
      random,
      places.filter((next) => goesOn(body, next)),
      places,
    )
  const closing = places.filter((next) => !opensAnother(next))
  return pickFrom(
    random,
    closing.filter((next) => leads(body, next)),
    closing,
    places,
  )
}

/** A place of the first list that has one. */
function pickFrom(random: Random, ...lists: readonly (readonly Next[])[]): Next | undefined {
  const list = lists.find(({ length }) => length > 0)
  return list === undefined ? undefined : pick(random, list)
}

/** Whether this place opens a new instance of a span. */
function opensAnother({ span }: Next): boolean {
  return span !== undefined && span.value === undefined
}

/** Whether something may come after this place is taken. */
function goesOn(body: Expression, next: Next): boolean {
  return opensAnother(next) || take(body, next).next().length > 0
}

/** Whether taking this place leaves fewer things open. */
function leads(body: Expression, next: Next): boolean {
  const rest = take(body, next)
  return rest.done || rest.open().length < body.open().length
}

function take(body: Expression, { type, span }: Next): Expression {
  return body.after({ type, ...(span?.value === undefined ? {} : { [span.key]: span.value }) })
}

function usualEnd(grammar: Grammar): string {
  const ends = Object.entries(grammar.ends)
  const [usual] = ends.find(([, ending]) => ending === 'closed') ?? ends[0] ?? ['']
  return usual
}
