// The end of a run: asked to stop while requests come in, the sidecar answers or refuses them, leaves with 0 and leaves nobody behind.
import fc from 'fast-check'
import { newRecorder } from '../harness/client/exchange.ts'
import { sendRequest } from '../harness/client/http-client.ts'
import { Verdict } from '../harness/verdict.ts'
import { anyRequest } from './make/requests.ts'
import type { Finding } from './outcome.ts'
import { sendBatch } from './run-batch.ts'
import type { Subject } from './subject.ts'
import type { Tally } from './tally.ts'

/** Stops a sidecar that was started here. Resolves with what was wrong. */
export async function stopInOrder(subject: Subject, tally: Tally, seed: number): Promise<readonly Finding[]> {
  const sidecar = await subject.running()
  if (sidecar.process === undefined) return []
  const last = fc.sample(anyRequest(subject.contract), { numRuns: 8, seed })
  const recorder = newRecorder([sidecar.token])
  const asked = sendRequest({ method: 'POST', path: '/shutdown' }, sidecar.client(recorder)).catch(unlessVerdict)
  const [answered] = await Promise.all([sendBatch(last, subject, tally, true), asked])
  const findings = [...answered, ...recorder.violations]
  const report = await sidecar.stop()
  if (report?.exit?.code === 0 && report.leftovers.length === 0) return findings
  const exit = report?.exit?.code ?? report?.exit?.signal ?? 'none'
  const received = `exit ${exit}, ended by ${report?.endedBy}, ${report?.leftovers.length} processes left over`
  return [...findings, { rule: 'fuzz.stops', expected: 'exit 0 after POST /shutdown, nothing left over', received }]
}

/** That nothing came is noted by the recorder already. */
function unlessVerdict(error: unknown): void {
  if (!(error instanceof Verdict)) throw error
}
