// Compares the order of events of two versions of a stream, as a reader of the older one sees it: without the events it does not know.
import { type ExpressionShape, joinShapes, printShape } from '../../expression-shape.ts'
import { sameJson } from '../canonical-json.ts'
import type { StreamEntry } from '../contract-file.ts'
import type { Difference } from './change.ts'

/** Empty where the bodies are the same once new event types are left out. Otherwise nobody can tell: the body `differs`. */
export function compareShapes(stream: string, was: StreamEntry, is: StreamEntry): Difference[] {
  const known = (type: string) => type in was.events
  const [before, after] = [without(was.body, known), without(is.body, known)]
  if (sameJson(before, after)) return []
  const says = `was ${printShape(was.body)}, is ${printShape(is.body)}`
  return [{ effect: 'differs', path: `${stream} body`, says }]
}

/** The shape without the types that are not `known`: nothing stands where they stood. */
function without(shape: ExpressionShape, known: (type: string) => boolean): ExpressionShape {
  const inner = (part: ExpressionShape) => without(part, known)
  if (typeof shape === 'string') return known(shape) ? shape : nothing
  if ('sequence' in shape) return list('sequence', shape.sequence.map(inner))
  if ('interleaved' in shape) return list('interleaved', shape.interleaved.map(inner))
  if ('choice' in shape) return oneOf(shape.choice.map(inner))
  if ('each' in shape) return repeated(inner(shape.whole), (whole) => ({ ...shape, whole }))
  if ('between' in shape) return mixed(inner(shape.between), inner(shape.filler))
  if ('many' in shape) return repeated(inner(shape.many), (many) => ({ many: withoutNothing(many) }))
  return repeated(inner(shape.oneOrMore), (part) =>
    mayBeNothing(part) ? { many: withoutNothing(part) } : { oneOrMore: part },
  )
}

const nothing: ExpressionShape = { sequence: [] }

function isNothing(shape: ExpressionShape): boolean {
  return typeof shape !== 'string' && 'sequence' in shape && shape.sequence.length === 0
}

/** Parts in order or mixed; what is nothing does not count, and a single part stands for itself. */
function list(kind: 'sequence' | 'interleaved', parts: readonly ExpressionShape[]): ExpressionShape {
  const left = parts.filter((part) => !isNothing(part))
  const [only] = left
  if (only === undefined) return nothing
  return left.length === 1 ? only : joinShapes(kind, ...left)
}

/** Between nothing there is only the filler, and with nothing to fill the items stand alone. */
function mixed(items: ExpressionShape, filler: ExpressionShape): ExpressionShape {
  if (isNothing(items)) return filler
  return isNothing(filler) ? items : { between: items, filler }
}

/** Nothing, repeated, is nothing. */
function repeated(part: ExpressionShape, repeat: (part: ExpressionShape) => ExpressionShape): ExpressionShape {
  return isNothing(part) ? nothing : repeat(part)
}

/** In a repetition the choice of nothing says nothing. */
function withoutNothing(shape: ExpressionShape): ExpressionShape {
  if (typeof shape === 'string' || !('choice' in shape)) return shape
  return oneOf(shape.choice.filter((part) => !isNothing(part)))
}

function mayBeNothing(shape: ExpressionShape): boolean {
  return typeof shape !== 'string' && 'choice' in shape && shape.choice.some(isNothing)
}

/** Choosing between the same things is no choice. */
function oneOf(parts: readonly ExpressionShape[]): ExpressionShape {
  const distinct = parts.filter((part, at) => parts.findIndex((other) => sameJson(other, part)) === at)
  const [only] = distinct
  return distinct.length === 1 && only !== undefined ? only : joinShapes('choice', ...distinct)
}
