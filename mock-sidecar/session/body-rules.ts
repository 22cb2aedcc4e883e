// What a body must hold to beyond its schema: limits within what is declared, an expert where one is needed, cells told apart.
import type { Problem } from '../../contracts/core/problem.ts'
import type { Capabilities } from '../../contracts/session/capabilities.ts'
import { type AskedLimits, limitNames } from '../../contracts/session/limits.ts'
import type { ExecutionRule, Keeps } from '../execution/rules.ts'
import type { Refusal } from '../server/call.ts'
import { refusal } from './refusal.ts'

/** Why the body of a run or a batch is refused with VALIDATION_FAILED; `undefined`: it is not. */
export function bodyRefusal(
  operationId: string,
  body: unknown,
  capabilities: Capabilities,
  keeps: Keeps,
): Refusal | undefined {
  if (operationId !== 'session.run.stream' && operationId !== 'session.cells.stream') return undefined
  const { cells = [], expert_id: expertId, lane, limits = {} } = body as ExecutionBody
  const errors = [
    ...(lane === 'expert' && expertId === undefined ? [missingExpert] : []),
    ...unlessOff(keeps, 'checksMaxima', beyondMaxima(limits, capabilities)),
    ...unlessOff(keeps, 'refusesTwins', twinsIn(cells)),
  ]
  if (errors.length === 0) return undefined
  return refusal('VALIDATION_FAILED', errors.map(({ detail, pointer }) => `${pointer}: ${detail}`).join('; '), {
    errors,
  })
}

type BodyError = NonNullable<Problem['errors']>[number]

interface ExecutionBody {
  readonly lane?: 'user' | 'expert'
  readonly expert_id?: string
  readonly limits?: AskedLimits
  readonly cells?: readonly { readonly cell_id: string }[]
}

const missingExpert: BodyError = { detail: 'the lane of an expert needs an expert_id', pointer: '#/expert_id' }

function unlessOff(keeps: Keeps, rule: ExecutionRule, errors: readonly BodyError[]): readonly BodyError[] {
  return errors.length === 0 || keeps(rule) ? errors : []
}

function beyondMaxima(asked: AskedLimits, { limits = {} }: Capabilities): BodyError[] {
  return limitNames.flatMap((name) => {
    const { max } = limits[name] ?? { max: Number.POSITIVE_INFINITY }
    const value = asked[name] ?? 0
    return value > max ? [{ detail: `at most ${max}; received ${value}`, pointer: `#/limits/${name}` }] : []
  })
}

function twinsIn(cells: NonNullable<ExecutionBody['cells']>): BodyError[] {
  const seen = new Set<string>()
  return cells.flatMap(({ cell_id: id }, place) => {
    if (!seen.has(id)) {
      seen.add(id)
      return []
    }
    return [{ detail: `cell_id ${id} stands twice`, pointer: `#/cells/${place}/cell_id` }]
  })
}
