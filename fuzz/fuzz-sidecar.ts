// Fuzzes one sidecar: batch after batch of requests at once; what breaks is made as small as it still breaks.
import fc from 'fast-check'
import type { StartOptions } from '../harness/sidecar.ts'
import type { Target } from '../harness/targets/target.ts'
import { anyRequest } from './make/requests.ts'
import type { Finding } from './outcome.ts'
import { runBatch } from './run-batch.ts'
import { stopInOrder } from './stop-in-order.ts'
import { type Subject, startSubject } from './subject.ts'
import { newTally, type Tally } from './tally.ts'
import type { FuzzRequest } from './wire/request.ts'

export interface FuzzOptions {
  /** How many requests; rounded up to whole batches. */
  readonly runs: number
  /** A 32-bit number: the same gives the same requests. */
  readonly seed: number
  /** Where a counterexample was found before; it alone is tried, and made smaller. */
  readonly path?: string
  /** Requests of one batch, sent at once. Default 8. */
  readonly atOnce?: number
  /** Looking for a smaller counterexample ends after this. Default 60 000. */
  readonly shrinkWithinMs?: number
  /** Called after each batch. */
  readonly onBatch?: (tally: Tally) => void
  /** Ends the search early. */
  readonly signal?: AbortSignal
}

export interface FuzzResult {
  readonly tally: Tally
  /** How many requests the search sent; those around the stop are only in the tally. */
  readonly requests: number
  readonly tookMs: number
  readonly counterexample?: Counterexample
  /** What was wrong when the sidecar was stopped in the end. */
  readonly stopFindings: readonly Finding[]
}

export interface Counterexample {
  /** Sent at once; usually one is left. */
  readonly requests: readonly FuzzRequest[]
  readonly findings: readonly Finding[]
  readonly path: string
  readonly shrinks: number
}

/** Starts the target's sidecar, fuzzes it and stops it. Throws a TargetError or a Verdict where it does not start. */
export async function fuzzSidecar(target: Target, start: StartOptions, options: FuzzOptions): Promise<FuzzResult> {
  await using subject = await startSubject(target, start)
  const tally = newTally()
  const beganMs = performance.now()
  const counterexample = await search(subject, tally, options)
  const tookMs = performance.now() - beganMs
  const { requests } = tally
  const stopFindings = counterexample === undefined ? await stopInOrder(subject, tally, options.seed) : []
  return { tally, requests, tookMs, stopFindings, ...(counterexample === undefined ? {} : { counterexample }) }
}

async function search(subject: Subject, tally: Tally, options: FuzzOptions): Promise<Counterexample | undefined> {
  const { atOnce = 8, onBatch, path, runs, seed, shrinkWithinMs = 60_000, signal } = options
  const size = Math.min(atOnce, runs)
  // A place in a batch may be empty, so that a counterexample loses the requests it does not need.
  const place = fc.option(fc.record({ request: anyRequest(subject.contract), again }), {
    nil: undefined,
    freq: 1_000_000,
  })
  const batches = fc.tuple(...Array.from({ length: size }, () => place))
  let giveUpAtMs = Number.POSITIVE_INFINITY
  let accident: { readonly error: unknown } | undefined

  const property = fc.asyncProperty(batches, async (batch) => {
    if (signal?.aborted || accident !== undefined || performance.now() > giveUpAtMs) return
    const findings = await runBatch(sent(batch), subject, tally).catch((error: unknown) => {
      accident = { error }
      return []
    })
    onBatch?.(tally)
    if (findings.length === 0) return
    if (giveUpAtMs === Number.POSITIVE_INFINITY) giveUpAtMs = performance.now() + shrinkWithinMs
    throw Object.assign(new Error('the sidecar broke a rule'), { findings })
  })
  const details = await fc.check(property, {
    numRuns: Math.ceil(runs / size),
    seed,
    ...(path === undefined ? {} : { path }),
  })
  if (accident !== undefined) throw accident.error
  if (!details.failed || details.counterexample === null) return undefined
  const { findings = [] } = details.errorInstance as { findings?: readonly Finding[] }
  const [batch] = details.counterexample
  return { requests: sent(batch), findings, path: details.counterexamplePath ?? '', shrinks: details.numShrinks }
}

/** Now and then a request is sent twice at once. */
const again = fc.oneof({ arbitrary: fc.constant(false), weight: 7 }, { arbitrary: fc.constant(true), weight: 1 })

interface Place {
  readonly request: FuzzRequest
  /** In its stead the request before it comes again. */
  readonly again: boolean
}

function sent(batch: readonly (Place | undefined)[]): FuzzRequest[] {
  const requests: FuzzRequest[] = []
  for (const place of batch) {
    if (place !== undefined) requests.push((place.again ? requests.at(-1) : undefined) ?? place.request)
  }
  return requests
}
