import { describe, expect, it } from 'vitest'
import { guardCodes, precedence } from './contract.ts'
import { Problem, problem } from './problem.ts'
import { codeRule, codes, type ProblemCode, problemType } from './problem-codes.ts'

/** The table of the contract page, written a second time on purpose: code, HTTP status, retryable. */
const table = `
PARSE_ERROR 400 false, VALIDATION_FAILED 422 false, IDEMPOTENCY_MISMATCH 422 false, NOT_FOUND 404 false,
METHOD_NOT_ALLOWED 405 false, PAYLOAD_TOO_LARGE 413 false, UNSUPPORTED_MEDIA_TYPE 415 false, UNKNOWN_COMMAND 404 false,
UNAUTHENTICATED 401 false, FORBIDDEN_ORIGIN 403 false, MISDIRECTED_HOST 421 false, TOOL_NOT_ALLOWED 403 false,
SESSION_NOT_FOUND 404 false, TURN_NOT_FOUND 404 false, RUN_NOT_FOUND 404 false, KERNEL_NOT_FOUND 404 false,
EXPERT_NOT_FOUND 404 false, TASK_NOT_FOUND 404 false, REQUEST_NOT_FOUND 404 false, SESSION_ENDED 410 false,
TURN_IN_PROGRESS 409 true, KERNEL_BUSY 409 true, NOT_COMPLETED 409 true, DUPLICATE_REQUEST 409 false,
LIMIT_EXCEEDED 429 true, NOT_READY 503 true, SHUTTING_DOWN 503 true, CANCELLED 499 false, SLOW_CONSUMER 408 true,
TIMEOUT 504 null, UPSTREAM_FAILED 502 true, KERNEL_DIED 500 true, INTERNAL 500 false`

const rows = table.split(',').map((row) => row.trim().split(' ') as [ProblemCode, string, string])

describe('the codes', () => {
  it.each(rows)('%s has HTTP %s, retryable %s', (code, status, retryable) => {
    expect([String(codes[code].status), String(codes[code].retryable)]).toEqual([status, retryable])
  })

  it('are these and no others', () => {
    expect(Object.keys(codes).sort()).toEqual(rows.map(([code]) => code).sort())
  })

  it('ask for Retry-After with 429 and 503, and stand only in streams with 499 and 408', () => {
    for (const [code, rule] of Object.entries(codes)) {
      expect('retryAfter' in rule, code).toBe([429, 503].includes(rule.status))
      expect('streamsOnly' in rule, code).toBe([499, 408].includes(rule.status))
    }
  })

  it('are looked up by name, not by what every object inherits', () => {
    expect(codeRule('INTERNAL')?.status).toBe(500)
    expect(codeRule('toString')).toBeUndefined()
  })

  it('have a type in kebab case', () => {
    expect(problemType('SESSION_NOT_FOUND')).toBe('urn:sidecar:error:session-not-found')
  })
})

describe('a problem', () => {
  it.each(rows.map(([code]) => code))('of %s is valid and agrees with the table', (code) => {
    const made = problem(code, 'what happened')
    expect(Problem.parse(made)).toEqual(made)
    expect(made).toMatchObject({ code, type: problemType(code), status: codes[code].status, title: codes[code].title })
    expect(made.retryable).toBe(codes[code].retryable ?? false)
  })

  it('carries what it is given', () => {
    const more = { context: { reason: 'user' }, errors: [{ detail: 'x', pointer: '#/a' }], retry_after_ms: 5 }
    expect(problem('CANCELLED', 'x', more)).toMatchObject(more)
  })

  it.each(['#', '#/', '#/limits/wall_ms', '#/a~1b/0'])('may point at %s', (pointer) => {
    expect(Problem.safeParse(problem('VALIDATION_FAILED', 'x', { errors: [{ detail: 'x', pointer }] })).success).toBe(
      true,
    )
  })

  it.each(['', '/a', 'a', '$.a', '#a'])('may not point at "%s"', (pointer) => {
    expect(Problem.safeParse(problem('VALIDATION_FAILED', 'x', { errors: [{ detail: 'x', pointer }] })).success).toBe(
      false,
    )
  })
})

describe('the precedence of faults', () => {
  it('names each code once', () => {
    const named = precedence.flat()
    expect(new Set(named).size).toBe(named.length)
  })

  it('follows the contract: Host, Origin, token, route, method, media type, size, JSON, schema, readiness, resource …', () => {
    const statuses = precedence.map((group) => [...new Set(group.map((code) => codes[code].status))])
    expect(statuses).toEqual([
      [421],
      [403],
      [401],
      [404],
      [405],
      [415],
      [413],
      [400],
      [422],
      [503],
      [404, 410],
      [403],
      [409, 422],
      [409],
      [429],
    ])
  })

  it('puts what any route may answer before what only some do', () => {
    const order = precedence.flat() as ProblemCode[]
    const guards = guardCodes.filter((code) => code !== 'INTERNAL').map((code) => order.indexOf(code))
    expect(Math.max(...guards)).toBe(guards.length - 1)
  })
})
