// What becomes of code of experts: the same as of code of the user.
import { laneChecks } from '../lane-checks.ts'

export const inTheLaneOfExperts = laneChecks('expert')
