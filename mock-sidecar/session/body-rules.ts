// Refuses a body that fits its schema and breaks a rule which no schema can say.
import type { Operation } from '../../contracts/core/operation.ts'
import { cellsToldApart, limitsWithinMaxima } from '../../contracts/session/body-rules.ts'
import type { Capabilities } from '../../contracts/session/capabilities.ts'
import type { ExecutionRule, Keeps } from '../execution/rules.ts'
import type { Refusal } from '../server/call.ts'
import { refusal } from './refusal.ts'

/** Why the body is refused with VALIDATION_FAILED; `undefined`: it is not. */
export function bodyRefusal(
  { bodyRules = [] }: Operation,
  body: unknown,
  capabilities: Capabilities,
  keeps: Keeps,
): Refusal | undefined {
  const errors = bodyRules.flatMap(({ broken, id }) => {
    const found = broken(body, capabilities)
    const guard = guards[id]
    // A guard that is off says so only where it would have acted.
    return found.length === 0 || guard === undefined || keeps(guard) ? found : []
  })
  if (errors.length === 0) return undefined
  const detail = errors.map(({ detail, pointer }) => `${pointer}: ${detail}`).join('; ')
  return refusal('VALIDATION_FAILED', detail, { errors })
}

/** The guards that a fault may switch off, by the rule that each keeps. */
const guards: Readonly<Record<string, ExecutionRule>> = {
  [limitsWithinMaxima.id]: 'checksMaxima',
  [cellsToldApart.id]: 'refusesTwins',
}
