// The real reference sidecar answers whatever is sent inside the contract.
import { describe, expect, it } from 'vitest'
import { bounds } from '../contracts/session/bounds.ts'
import { sessionContract } from '../contracts/session/contract.ts'
import { patience } from '../harness/client/patience.ts'
import { startModelServer } from '../harness/model/server.ts'
import { bundleTarget } from '../harness/targets/bundle.ts'
import { buildReferenceBundle } from '../suites/self/reference-bundle.ts'
import { fuzzSidecar } from './fuzz-sidecar.ts'
import { allowedOrigin } from './run-batch.ts'
import { formatCounterexample } from './tell.ts'

const bundle = await buildReferenceBundle()
if (typeof bundle === 'string') process.stdout.write(`left out: the reference bundle (${bundle})\n`)

const seed = 20_251_120

describe.skipIf(typeof bundle === 'string')('the reference bundle', () => {
  if (typeof bundle === 'string') return

  it(`answers 300 requests of seed ${seed} inside the contract`, async () => {
    await using model = await startModelServer()
    const start = {
      contract: sessionContract,
      model,
      patience: patience(5),
      bounds: { ...bounds, answerMs: 2_000 },
      allowedOrigins: [allowedOrigin],
    }
    const target = await bundleTarget(bundle.dir, { contract: 'session/1' })
    const { counterexample, requests, stopFindings } = await fuzzSidecar(target, start, { runs: 304, seed })
    const how = { target: `--bundle ${bundle.dir}`, search: `--bundle ${bundle.dir} --seed ${seed}` }
    expect(counterexample && formatCounterexample(counterexample, how)).toBeUndefined()
    expect(stopFindings).toEqual([])
    expect(requests).toBe(304)
  })
})
