// Which resource each identifier of a path names, and the problem that says there is none.
import { type Operation, pathParameters } from './operation.ts'
import type { ProblemCode } from './problem-codes.ts'

/** The code for an identifier that names nothing, by the parameter's name. */
const missingResource = {
  session_id: 'SESSION_NOT_FOUND',
  turn_id: 'TURN_NOT_FOUND',
  run_id: 'RUN_NOT_FOUND',
  task_id: 'TASK_NOT_FOUND',
  request_id: 'REQUEST_NOT_FOUND',
} as const satisfies Record<string, ProblemCode>

/** The identifiers in an operation's path with their codes, outermost first. Throws a TypeError for a parameter without one. */
export function resourcesOf({ path }: Operation): { readonly parameter: string; readonly code: ProblemCode }[] {
  return pathParameters(path).map((parameter) => {
    if (!Object.hasOwn(missingResource, parameter)) throw new TypeError(`no code says that there is no ${parameter}`)
    return { parameter, code: missingResource[parameter as keyof typeof missingResource] }
  })
}
