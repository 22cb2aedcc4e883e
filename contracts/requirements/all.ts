// Every requirement, area after area, and one by its id.
import { type Requirement, requirements } from '../core/requirement.ts'
import { bundleRequirements } from './bundle.ts'
import { errorRequirements } from './errors.ts'
import { executionRequirements } from './execution.ts'
import { lifecycleRequirements } from './lifecycle.ts'
import { managerRequirements } from './manager.ts'
import { notebookRequirements } from './notebook.ts'
import { securityRequirements } from './security.ts'
import { sessionRequirements } from './session.ts'
import { stdioRequirements } from './stdio.ts'
import { streamRequirements } from './stream.ts'
import { taskRequirements } from './tasks.ts'

export const requirementRows: readonly Requirement[] = requirements([
  ...streamRequirements,
  ...sessionRequirements,
  ...executionRequirements,
  ...notebookRequirements,
  ...lifecycleRequirements,
  ...managerRequirements,
  ...bundleRequirements,
  ...securityRequirements,
  ...errorRequirements,
  ...taskRequirements,
  ...stdioRequirements,
])

/** The requirement with this id, or `undefined` where there is none. */
export function findRequirement(id: string): Requirement | undefined {
  return byId.get(id)
}

const byId = new Map(requirementRows.map((row) => [row.id, row]))
