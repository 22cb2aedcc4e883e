// Finds the operation of a request line among the operations of a contract.
import type { Contract } from '../../contracts/core/contract.ts'
import type { Operation } from '../../contracts/core/operation.ts'

export interface Route {
  readonly operation: Operation
  readonly parameters: Readonly<Record<string, string>>
}

export interface Match {
  /** The operation of this path and method. */
  readonly route: Route | undefined
  /** The methods that the path takes; empty: there is no such path. */
  readonly allow: readonly string[]
}

export type Router = (method: string, path: string) => Match

/**
 * A router over the operations of a contract. Paths match segment by segment; a parameter takes exactly one, percent-decoded.
 * Of several templates the one with the fewest parameters is meant: `runs/stream` is no run.
 */
export function router(contract: Contract): Router {
  const templates = Object.values(contract.operations)
    .map((operation) => ({ operation, segments: operation.path.split('/') }))
    .sort((a, b) => parametersIn(a.segments) - parametersIn(b.segments))
  /** What was found before, by method and path: request lines come again. */
  const known = new Map(templates.map(({ operation }) => [operation.method as string, new Map<string, Match>()]))

  return (method, path) => known.get(method)?.get(path) ?? find(method, path)

  function find(method: string, path: string): Match {
    const match = search(method, path)
    const paths = known.get(method)
    if (match.route === undefined || paths === undefined) return match
    if (paths.size >= maxKnown) paths.clear()
    paths.set(path, match)
    return match
  }

  function search(method: string, path: string): Match {
    const segments = path.split('/')
    const allow: string[] = []
    let route: Route | undefined
    let meant: string | undefined
    for (const template of templates) {
      const parameters = matchSegments(template.segments, segments)
      if (parameters === undefined) continue
      meant ??= template.operation.path
      if (template.operation.path !== meant) continue
      allow.push(template.operation.method)
      if (template.operation.method === method) route ??= { operation: template.operation, parameters }
    }
    return { route, allow }
  }
}

function parametersIn(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith('{')).length
}

/** So many paths of a method are kept: those of the sessions in use. */
const maxKnown = 1_000

function matchSegments(template: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  if (template.length !== path.length) return undefined
  const parameters: Record<string, string> = {}
  for (const [place, part] of template.entries()) {
    const segment = path[place] ?? ''
    if (!part.startsWith('{')) {
      if (part !== segment) return undefined
    } else {
      const value = decode(segment)
      if (value === undefined || value === '') return undefined
      parameters[part.slice(1, -1)] = value
    }
  }
  return parameters
}

function decode(segment: string): string | undefined {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
