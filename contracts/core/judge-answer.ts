// Judges one HTTP answer against the contract: the one judge of the mock (for what it sends) and of the harness (for what it receives).
import type { z } from 'zod'
import { answerCodes } from './contract.ts'
import { fits } from './fits.ts'
import type { Operation } from './operation.ts'
import { Problem, problemMediaType } from './problem.ts'
import { codeRule, problemType } from './problem-codes.ts'

/** The rules that an answer can break. Which requirement each belongs to, the contract's checks say. */
export const answerRules = [
  'answer.status',
  'answer.media-type',
  'answer.json',
  'answer.schema',
  'answer.empty',
  'problem.media-type',
  'problem.schema',
  'problem.code',
  'problem.status',
  'problem.retryable',
  'problem.retry-after',
  'problem.undeclared',
  'stream.head',
] as const

export type AnswerRule = (typeof answerRules)[number]

export interface Violation<Rule extends string = string> {
  readonly rule: Rule
  /** What the contract says should have come. */
  readonly expected: string
  /** What came. */
  readonly received: string
}

/** What is known of an answer. Header names are lower-case. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The decoded JSON; `undefined` where the body is empty, not JSON, or a stream. */
  readonly body?: unknown
  /** The length of the body; `undefined` for a stream. */
  readonly bytes?: number
}

/** What `answer` breaks; empty where it keeps the contract. Without an operation (an unknown route) only a problem is right. */
export function judgeAnswer(operation: Operation | undefined, answer: Answer): readonly Violation<AnswerRule>[] {
  if (operation !== undefined && isSuccess(operation, answer.status)) return judgeSuccess(operation, answer)
  if (answer.status < 400) {
    const statuses = operation?.output.statuses.join(' or ')
    return [
      violation(
        'answer.status',
        statuses === undefined ? 'a problem (4xx or 5xx)' : `${statuses}, or a problem`,
        String(answer.status),
      ),
    ]
  }
  return judgeProblem(operation, answer)
}

function isSuccess({ output }: Operation, status: number): boolean {
  const statuses: readonly number[] = output.statuses
  return statuses.includes(status)
}

function judgeSuccess(operation: Operation, answer: Answer): readonly Violation<AnswerRule>[] {
  const { output } = operation
  if (output.kind === 'empty') {
    return answer.bytes === undefined || answer.bytes === 0
      ? none
      : [violation('answer.empty', 'no body', `${answer.bytes} bytes`)]
  }
  if (output.kind === 'stream') return judgeStreamHead(answer)
  if (!hasMediaType(answer, 'application/json'))
    return [violation('answer.media-type', 'content-type application/json', mediaType(answer) ?? 'none')]
  return judgeSchema('answer.schema', output.schema, answer)
}

/** The head of an event stream: right type, not stored by caches, not measured, not compressed. */
function judgeStreamHead({ headers }: Answer): readonly Violation<AnswerRule>[] {
  const found: Violation<AnswerRule>[] = []
  const type = headers['content-type'] ?? 'none'
  if (!/^text\/event-stream\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type))
    found.push(violation('stream.head', 'content-type text/event-stream', `content-type ${type}`))
  const cache = headers['cache-control'] ?? 'none'
  if (!/\bno-(store|cache)\b/i.test(cache))
    found.push(violation('stream.head', 'cache-control no-store', `cache-control ${cache}`))
  for (const name of ['content-length', 'content-encoding']) {
    if (headers[name] !== undefined) found.push(violation('stream.head', `no ${name}`, `${name} ${headers[name]}`))
  }
  return found
}

function judgeProblem(operation: Operation | undefined, answer: Answer): readonly Violation<AnswerRule>[] {
  if (!hasMediaType(answer, problemMediaType)) {
    const expected = `content-type ${problemMediaType} with status ${answer.status}`
    return [violation('problem.media-type', expected, mediaType(answer) ?? 'none')]
  }
  const code = (answer.body as { code?: unknown } | undefined)?.code
  const rule = typeof code === 'string' ? codeRule(code) : undefined
  if (typeof code === 'string' && rule === undefined)
    return [violation('problem.code', 'a code of the registry', JSON.stringify(code))]
  const schema = judgeSchema('problem.schema', Problem, answer)
  if (schema.length > 0 || rule === undefined) return schema
  const body = answer.body as Problem
  const found: Violation<AnswerRule>[] = []
  if (body.type !== problemType(body.code))
    found.push(violation('problem.schema', `type ${problemType(body.code)}`, body.type))
  if (body.status !== answer.status)
    found.push(
      violation('problem.status', `status ${answer.status} in the body, as in the answer`, String(body.status)),
    )
  if (rule.status !== answer.status || rule.streamsOnly)
    found.push(
      violation(
        'problem.status',
        rule.streamsOnly ? `${body.code} only inside streams` : `HTTP ${rule.status} for ${body.code}`,
        `HTTP ${answer.status}`,
      ),
    )
  if (rule.retryable !== null && rule.retryable !== body.retryable)
    found.push(violation('problem.retryable', `retryable ${rule.retryable} for ${body.code}`, String(body.retryable)))
  if (rule.retryAfter && !/^\d+$/.test(answer.headers['retry-after'] ?? ''))
    found.push(
      violation(
        'problem.retry-after',
        `Retry-After in seconds with ${body.code}`,
        answer.headers['retry-after'] ?? 'none',
      ),
    )
  const declared = answerCodes(operation)
  if (!declared.includes(body.code))
    found.push(
      violation(
        'problem.undeclared',
        `${operation?.id ?? 'an unknown route'} answers ${declared.join(', ')}`,
        body.code,
      ),
    )
  return found
}

function judgeSchema(rule: AnswerRule, schema: z.ZodType, answer: Answer): readonly Violation<AnswerRule>[] {
  if (answer.body === undefined)
    return [violation('answer.json', 'a JSON body', `${answer.bytes ?? 0} bytes that are not JSON`)]
  if (fits(schema)(answer.body)) return none
  const result = schema.safeParse(answer.body)
  if (result.success) return none
  const issues = result.error.issues.map(
    (issue) => `${issue.path.map(String).join('.') || 'the body'}: ${issue.message}`,
  )
  return [violation(rule, issues.join('; '), JSON.stringify(answer.body).slice(0, 400))]
}

/** Most senders write a media type as it stands here; only others are taken apart. */
function hasMediaType(answer: Answer, type: string): boolean {
  return answer.headers['content-type'] === type || mediaType(answer) === type
}

function mediaType({ headers }: Answer): string | undefined {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase()
}

function violation<Rule extends string>(rule: Rule, expected: string, received: string): Violation<Rule> {
  return { rule, expected, received }
}

const none: readonly never[] = []
