// Sends a few requests at once, judges each answer, remembers what was learnt, and asks the sidecar how it is.

import { newRecorder } from '../harness/client/exchange.ts'
import { expectAnswer } from './expect/expect-answer.ts'
import { codeOf, type Finding, identifiersIn, judgeOutcome } from './outcome.ts'
import type { Subject } from './subject.ts'
import type { Tally } from './tally.ts'
import type { FuzzRequest } from './wire/request.ts'
import { type Received, send } from './wire/send.ts'
import { type WireRequest, wireRequest } from './wire/wire-request.ts'

/** An origin that every sidecar under the fuzzer lets call. */
export const allowedOrigin = 'http://desktop.example:5173'

/** Sends all of `requests` at once, then asks how the sidecar is. Resolves with what was wrong. */
export async function runBatch(
  requests: readonly FuzzRequest[],
  subject: Subject,
  tally: Tally,
): Promise<readonly Finding[]> {
  return [...(await sendBatch(requests, subject, tally)), ...(await subject.checkUp())]
}

/** Sends all of `requests` at once. `stopping`: the sidecar was asked to stop, so that it may refuse them, or be gone. */
export async function sendBatch(
  requests: readonly FuzzRequest[],
  subject: Subject,
  tally: Tally,
  stopping = false,
): Promise<readonly Finding[]> {
  const sidecar = await subject.running()
  const options = sidecar.client(newRecorder([]))
  const { capabilities, token } = sidecar
  const own = { port: new URL(sidecar.baseUrl).port, token, origin: allowedOrigin, capabilities }
  const found = requests.map(async (request) => {
    const wire = wireRequest(request, { ...own, identifiers: subject.identifiers })
    const expected = expectAnswer(wire, subject.contract, own)
    const received = await send(wire, expected.operation, request, options)
    tally.add(received.exchange.status, codeOf(received.body))
    learn(wire, received, subject)
    return judgeOutcome(wire, expected, received, stopping)
  })
  return (await Promise.all(found)).flat()
}

/** Identifiers that an answer gives, with those of its path; and what is gone. */
function learn({ identifiers }: WireRequest, { body, events, exchange }: Received, subject: Subject): void {
  const { status = 0 } = exchange
  const [outermost] = Object.values(identifiers)
  if (status === 410 && outermost?.state === 'known') subject.identifiers.end(outermost.written)
  if (status >= 300) return
  const known = Object.entries(identifiers).filter(([, { state }]) => state === 'known')
  const named = Object.fromEntries(known.map(([name, { written }]) => [name, written]))
  subject.identifiers.learn({ ...named, ...identifiersIn(events[0] ?? body, subject.contract) })
}
