// What may follow what, as an expression that is read one event at a time.
// Reading takes the derivative (Brzozowski 1964): the expression that the rest of the stream must match. Expressions are
// immutable and know their own derivatives, so the steady state of a stream allocates nothing.
import { type ExpressionShape, joinShapes } from './expression-shape.ts'

/** The little of an event that order depends on. */
export interface Item {
  readonly type: string
  readonly [field: string]: unknown
}

/** A place where the next event may stand: its type and, inside a span, the key that it must carry. */
export interface Next {
  readonly type: string
  readonly span?: { readonly key: string; readonly value: string | undefined }
}

export interface Expression {
  /** The expression for the rest after `item`; `never` where `item` may not stand here. */
  after(item: Item): Expression
  /** Whether the stream may stop here. */
  readonly done: boolean
  /** What may come next. A span that may open a new instance has the value `undefined`. */
  next(): Next[]
  /** What must still come before the stream may stop, one line an open item. */
  open(): string[]
  /** Whether more than the type decides, so that derivatives cannot be kept by type. */
  readonly keyed: boolean
  /** The expression as data: what the documentation prints and the freeze writes. */
  shape(): ExpressionShape
}

/** Nothing may come. */
export const never: Expression = {
  after: () => never,
  done: false,
  next: () => [],
  open: () => [],
  keyed: false,
  shape: () => ({ choice: [] }),
}

/** Nothing more comes. */
export const nothing: Expression = {
  after: () => never,
  done: true,
  next: () => [],
  open: () => [],
  keyed: false,
  shape: () => ({ sequence: [] }),
}

/** Exactly one event of this type. */
export function one(type: string): Expression {
  const self: Expression = {
    after: (item) => (item.type === type ? nothing : never),
    done: false,
    next: () => [{ type }],
    open: () => [`\`${type}\` must come`],
    keyed: false,
    shape: () => type,
  }
  return self
}

/** One after the other. */
export function sequence(...parts: Part[]): Expression {
  return parts.map(asExpression).reduceRight((rest, first) => chain(first, rest), nothing)
}

/** One of these. */
export function choice(...parts: Part[]): Expression {
  return parts.map(asExpression).reduce((left, right) => either(left, right), never)
}

/** Any number, also none. */
export function many(...parts: Part[]): Expression {
  const part = choice(...parts)
  const self: Expression = remember({
    after: (item) => chain(part.after(item), self),
    done: true,
    next: () => part.next(),
    open: () => [],
    keyed: part.keyed,
    shape: () => ({ many: part.shape() }),
  })
  return self
}

/** At least one. */
export function oneOrMore(...parts: Part[]): Expression {
  const part = choice(...parts)
  if (part === never) return never
  return { ...chain(part, many(part)), shape: () => ({ oneOrMore: part.shape() }) }
}

/** Any mixture that keeps the order inside each part. */
export function interleaved(...parts: Part[]): Expression {
  return parts.map(asExpression).reduceRight((rest, first) => shuffle(first, rest), nothing)
}

/** Any mixture in which `filler` stands only where `items` could stop: never inside something that is open. */
export function between(items: Part, filler: Part): Expression {
  return alternate(asExpression(items), asExpression(filler))
}

export interface SpanOptions {
  /** The types that close the span; exactly one of them comes, last. */
  readonly closes: readonly string[]
  /** What may stand between opening and closing. Default: nothing. */
  readonly holds?: Expression
  /** How many instances may be open at once. Default: any number. */
  readonly atOnce?: number
}

/**
 * Any number of instances, told apart by the field `key`: each opens with `opens`, holds what it may hold, and is closed.
 * Instances run side by side unless `atOnce` says otherwise. A closed key does not open again.
 */
export function span(key: string, opens: Part, options: SpanOptions): Expression {
  const whole = sequence(asExpression(opens), options.holds ?? nothing, choice(...options.closes))
  return each(key, whole, options.atOnce ?? Number.POSITIVE_INFINITY)
}

/** Any number of instances of `whole`, told apart by the field `key`. */
export function each(key: string, whole: Expression, atOnce = Number.POSITIVE_INFINITY): Expression {
  return instances({ key, whole, atOnce }, new Map())
}

type Part = Expression | string

function asExpression(part: Part): Expression {
  return typeof part === 'string' ? one(part) : part
}

function chain(first: Expression, rest: Expression): Expression {
  if (first === never || rest === never) return never
  if (first === nothing) return rest
  if (rest === nothing) return first
  const self: Expression = remember({
    after: (item) => {
      const inFirst = first.after(item)
      const inside = inFirst === first ? self : chain(inFirst, rest)
      return first.done ? either(inside, rest.after(item)) : inside
    },
    done: first.done && rest.done,
    next: () => (first.done ? [...first.next(), ...rest.next()] : first.next()),
    open: () => [...first.open(), ...rest.open()],
    keyed: first.keyed || rest.keyed,
    shape: () => joinShapes('sequence', first.shape(), rest.shape()),
  })
  return self
}

function either(left: Expression, right: Expression): Expression {
  if (left === never || left === right) return right
  if (right === never) return left
  return remember({
    after: (item) => either(left.after(item), right.after(item)),
    done: left.done || right.done,
    next: () => [...left.next(), ...right.next()],
    open: () => (left.done || right.done ? [] : [`${oneOf([...left.next(), ...right.next()])} must come`]),
    keyed: left.keyed || right.keyed,
    shape: () => joinShapes('choice', left.shape(), right.shape()),
  })
}

function shuffle(left: Expression, right: Expression): Expression {
  if (left === never || right === never) return never
  if (left === nothing) return right
  if (right === nothing) return left
  const self: Expression = {
    after: (item) => {
      const inLeft = left.after(item)
      const inRight = right.after(item)
      if (inRight === never) return inLeft === left ? self : shuffle(inLeft, right)
      if (inLeft === never) return inRight === right ? self : shuffle(left, inRight)
      return either(shuffle(inLeft, right), shuffle(left, inRight))
    },
    done: left.done && right.done,
    next: () => [...left.next(), ...right.next()],
    open: () => [...left.open(), ...right.open()],
    keyed: left.keyed || right.keyed,
    shape: () => joinShapes('interleaved', left.shape(), right.shape()),
  }
  return self
}

function alternate(items: Expression, filler: Expression): Expression {
  if (items === never || filler === never) return never
  const self: Expression = {
    after: (item) => {
      const inItems = items.after(item)
      const inFiller = items.done ? filler.after(item) : never
      const left = inItems === items ? self : alternate(inItems, filler)
      return either(left, inFiller === filler ? self : alternate(items, inFiller))
    },
    done: items.done && filler.done,
    next: () => [...items.next(), ...(items.done ? filler.next() : [])],
    open: () => [...items.open(), ...filler.open()],
    keyed: items.keyed || filler.keyed,
    shape: () => ({ between: items.shape(), filler: filler.shape() }),
  }
  return self
}

interface SpanRule {
  readonly key: string
  readonly whole: Expression
  readonly atOnce: number
}

/** The state of all instances of a span: what each key must still see; a closed key maps to `nothing`. */
function instances(rule: SpanRule, states: ReadonlyMap<string, Expression>): Expression {
  const { key, whole, atOnce } = rule
  const openKeys = () => [...states].filter(([, rest]) => rest !== nothing)
  const self: Expression = {
    after: (item) => {
      const value = item[key]
      if (typeof value !== 'string') return never
      const before = states.get(value)
      if (before === undefined && openKeys().length >= atOnce) return never
      const rest = (before ?? whole).after(item)
      if (rest === never) return never
      return rest === before ? self : instances(rule, new Map(states).set(value, rest))
    },
    done: [...states.values()].every((rest) => rest.done),
    next: () => [
      ...openKeys().flatMap(([value, rest]) => rest.next().map(({ type }) => ({ type, span: { key, value } }))),
      ...(openKeys().length < atOnce
        ? whole.next().map(({ type }) => ({ type, span: { key, value: undefined } }))
        : []),
    ],
    open: () =>
      openKeys()
        .filter(([, rest]) => !rest.done)
        .map(([value, rest]) => `${key} ${value} is open: ${oneOf(rest.next())} must come`),
    keyed: true,
    shape: () => ({ each: key, whole: whole.shape(), ...(atOnce === Number.POSITIVE_INFINITY ? {} : { atOnce }) }),
  }
  return self
}

function oneOf(next: readonly Next[]): string {
  return [...new Set(next.map(({ type }) => `\`${type}\``))].join(' or ')
}

/** Keeps the derivative by type for expressions that look at nothing but the type, so that each is taken once. */
function remember(expression: Expression): Expression {
  if (expression.keyed) return expression
  const known = new Map<string, Expression>()
  const { after } = expression
  return {
    ...expression,
    after: (item) => {
      const found = known.get(item.type)
      if (found !== undefined) return found
      const rest = after(item)
      known.set(item.type, rest)
      return rest
    },
  }
}
