// What a source file imports: read from its syntax tree, so that a text which looks like an import is none.
import { posix } from 'node:path'
import { parseSync, Visitor } from 'rolldown/utils'

/** One import of a file. `to` is a path from the project's folder where it is one of ours, otherwise the specifier as it stands. */
export interface Import {
  readonly from: string
  readonly to: string
  readonly isOurs: boolean
}

/** Every import, export-from, dynamic import and type import of `source`. Specifiers that are computed are left out. */
export function findImports(from: string, source: string): Import[] {
  const specifiers = new Set<string>()
  const take = (node: { readonly source: unknown }) => {
    const literal = node.source as { readonly type: string; readonly value?: unknown } | null
    if (literal?.type === 'Literal' && typeof literal.value === 'string') specifiers.add(literal.value)
  }
  const { errors, program } = parseSync(from, source)
  if (errors[0] !== undefined) throw new SyntaxError(`${from}: ${errors[0].message}`)
  new Visitor({
    ImportDeclaration: take,
    ExportNamedDeclaration: take,
    ExportAllDeclaration: take,
    ImportExpression: take,
    TSImportType: take,
  }).visit(program)
  return [...specifiers].map((specifier) => {
    const isOurs = specifier.startsWith('.')
    return { from, to: isOurs ? posix.join(posix.dirname(from), specifier) : specifier, isOurs }
  })
}
