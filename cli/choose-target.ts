// The target that the options name. None is a mistake: an empty variable in CI must never turn green.
import { bundleTarget } from '../harness/targets/bundle.ts'
import { commandTarget } from '../harness/targets/command.ts'
import { mockTarget } from '../harness/targets/mock.ts'
import type { Target } from '../harness/targets/target.ts'
import { urlTarget } from '../harness/targets/url.ts'
import { knownToMock } from './known-to-mock.ts'
import type { RunOptions } from './run-options.ts'
import { UsageError } from './usage-error.ts'

/** Finds the target. Throws a UsageError or a TargetError. */
export async function chooseTarget(options: RunOptions): Promise<Target> {
  const { bundle, command, contract, faults, mock, scenario, token, url } = options
  if (contract !== 'session/1') throw new UsageError(`--contract ${contract} cannot be checked; session/1 can`)
  const content = options.contentDir === undefined ? {} : { contentDir: options.contentDir }
  if (!mock && (faults.length > 0 || scenario !== undefined))
    throw new UsageError('--fault and --scenario go with --mock')
  for (const [flag, value] of Object.entries({ bundle, command, url })) {
    if (value === '') throw new UsageError(`--${flag} is empty; is a variable not set?`)
  }
  if (bundle !== undefined) return bundleTarget(bundle, { contract, ...content })
  if (command !== undefined) return commandTarget(command, content)
  if (url !== undefined) return urlTarget(url, token)
  if (!mock) throw new UsageError('which sidecar? Give --bundle DIR, --command "…", --url URL or --mock; see --help')
  await knownToMock(faults, scenario)
  return mockTarget({ faults, ...(scenario === undefined ? {} : { scenario }) })
}
