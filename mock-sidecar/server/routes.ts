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

/** A router over the operations of a contract. Paths match segment by segment; a parameter takes exactly one, percent-decoded. */
export function router(contract: Contract): Router {
  const fixed = new Map<string, Match>()
  const templates = Object.values(contract.operations).map((operation) => ({
    operation,
    segments: operation.path.split('/'),
  }))
  for (const { operation } of templates) {
    if (operation.path.includes('{')) continue
    fixed.set(`${operation.method} ${operation.path}`, {
      route: { operation, parameters: {} },
      allow: [operation.method],
    })
  }

  return (method, path) => fixed.get(`${method} ${path}`) ?? search(method, path)

  function search(method: string, path: string): Match {
    const segments = path.split('/')
    const allow: string[] = []
    let route: Route | undefined
    for (const template of templates) {
      const parameters = matchSegments(template.segments, segments)
      if (parameters === undefined) continue
      allow.push(template.operation.method)
      if (template.operation.method === method) route ??= { operation: template.operation, parameters }
    }
    return { route, allow }
  }
}

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
