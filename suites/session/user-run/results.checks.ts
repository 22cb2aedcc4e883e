// What becomes of code of the user: failures and crashes are results, nothing outlives a run, nothing of the sidecar is seen.
import { laneChecks } from '../lane-checks.ts'

export const inTheUsersLane = laneChecks('user')
