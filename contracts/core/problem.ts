// The one error object of every transport: RFC 9457 problem details with a code from the closed table.
import { z } from 'zod'
import { codes, type ProblemCode, problemType } from './problem-codes.ts'

export const Problem = z
  .looseObject({
    type: z
      .string()
      .regex(/^urn:sidecar:error:[a-z0-9-]+$/)
      .meta({ examples: ['urn:sidecar:error:not-found'] }),
    title: z.string().min(1),
    status: z.int().min(400).max(599),
    code: z.enum(Object.keys(codes) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string(),
    retryable: z.boolean(),
    retry_after_ms: z.int().min(0).optional(),
    instance: z.string().optional(),
    errors: z
      .array(
        z.looseObject({
          detail: z.string(),
          /** A JSON Pointer as URI fragment (RFC 6901 §6), such as `#/limits/wall_ms`. */
          pointer: z
            .string()
            .regex(/^#(\/.*)?$/)
            .meta({ examples: ['#/message', '#'] }),
        }),
      )
      .optional(),
    context: z.looseObject({}).optional(),
  })
  .meta({ id: 'Problem', description: 'What went wrong: RFC 9457 problem details with a code from the registry.' })

export type Problem = z.infer<typeof Problem>

/** The media type of a problem in an HTTP answer. */
export const problemMediaType = 'application/problem+json'

/** Makes the problem of a code; status, title, type and `retryable` come from the table, the rest from `more`. */
export function problem(
  code: ProblemCode,
  detail: string,
  more: Partial<Pick<Problem, 'context' | 'errors' | 'instance' | 'retry_after_ms'>> = {},
): Problem {
  const { status, retryable, title } = codes[code]
  return { type: problemType(code), title, status, code, detail, retryable: retryable ?? false, ...more }
}
