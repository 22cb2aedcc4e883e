// An expression as data: what the documentation prints, the freeze writes and two versions are compared by.

/** An event type stands for exactly one such event. No parts: of a sequence nothing comes, of a choice nothing can come. */
export type ExpressionShape =
  | string
  | { readonly sequence: readonly ExpressionShape[] }
  | { readonly choice: readonly ExpressionShape[] }
  | { readonly interleaved: readonly ExpressionShape[] }
  | { readonly many: ExpressionShape }
  | { readonly oneOrMore: ExpressionShape }
  /** A mixture in which `filler` stands only where nothing of `between` is open. */
  | { readonly between: ExpressionShape; readonly filler: ExpressionShape }
  /** Any number of `whole`, told apart by the field that `each` names; at most `atOnce` of them open. Default: any number. */
  | { readonly each: string; readonly whole: ExpressionShape; readonly atOnce?: number }

/** The parts as one shape of this kind; parts of the same kind give their own parts. */
export function joinShapes(kind: ListKind, ...parts: readonly ExpressionShape[]): ExpressionShape {
  const list = parts.flatMap((part) => partsOf(part, kind) ?? [part])
  return { [kind]: list } as Record<ListKind, ExpressionShape[]>
}

type ListKind = 'sequence' | 'choice' | 'interleaved'

function partsOf(shape: ExpressionShape, kind: ListKind): readonly ExpressionShape[] | undefined {
  return typeof shape === 'string' ? undefined : (shape as Partial<Record<ListKind, ExpressionShape[]>>)[kind]
}

/**
 * Writes a shape in the notation of the contract page: `a b` in order, `( a / b )` one of them, `( a ⧢ b )` mixed freely,
 * `*a` any number, `1*a` at least one, `*( a b )[id]` any number told apart by `id`,
 * `( a ‖ b )` mixed so that `b` stands only where nothing of `a` is open.
 */
export function printShape(shape: ExpressionShape): string {
  if (typeof shape === 'string') return shape
  if ('sequence' in shape) return shape.sequence.map(printShape).join(' ') || 'ε'
  if ('choice' in shape) return shape.choice.length === 0 ? '∅' : `( ${shape.choice.map(printShape).join(' / ')} )`
  if ('interleaved' in shape) return `( ${shape.interleaved.map(printShape).join(' ⧢ ')} )`
  if ('many' in shape) return `*${inParentheses(shape.many)}`
  if ('oneOrMore' in shape) return `1*${inParentheses(shape.oneOrMore)}`
  if ('between' in shape) return `( ${printShape(shape.between)} ‖ ${printShape(shape.filler)} )`
  const atOnce = shape.atOnce === undefined ? '' : `, ${shape.atOnce} at once`
  return `*${inParentheses(shape.whole)}[${shape.each}${atOnce}]`
}

/** The event types that stand in a shape, in order, some of them more than once. */
export function typesIn(shape: ExpressionShape): string[] {
  if (typeof shape === 'string') return [shape]
  if ('many' in shape) return typesIn(shape.many)
  if ('oneOrMore' in shape) return typesIn(shape.oneOrMore)
  if ('each' in shape) return typesIn(shape.whole)
  if ('between' in shape) return [...typesIn(shape.between), ...typesIn(shape.filler)]
  return Object.values<readonly ExpressionShape[]>(shape).flat().flatMap(typesIn)
}

function inParentheses(shape: ExpressionShape): string {
  const text = printShape(shape)
  const whole = typeof shape === 'string' || 'choice' in shape || 'interleaved' in shape || 'between' in shape
  return whole ? text : `( ${text} )`
}
