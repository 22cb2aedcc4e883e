// Sends requests that the fuzzer printed before, all at once, to a fresh sidecar.
import type { StartOptions } from '../harness/sidecar.ts'
import type { Target } from '../harness/targets/target.ts'
import type { Finding } from './outcome.ts'
import { runBatch } from './run-batch.ts'
import { startSubject } from './subject.ts'
import { newTally } from './tally.ts'
import type { FuzzRequest } from './wire/request.ts'

/** What is wrong with the answers. */
export async function sendAgain(
  target: Target,
  start: StartOptions,
  requests: readonly FuzzRequest[],
): Promise<readonly Finding[]> {
  await using subject = await startSubject(target, start)
  return await runBatch(requests, subject, newTally())
}
