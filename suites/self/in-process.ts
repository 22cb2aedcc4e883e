// The mock inside this process as a running sidecar: the quick way to prove checks that need no process of their own.

import { bounds } from '../../contracts/session/bounds.ts'
import { sessionContract } from '../../contracts/session/contract.ts'
import { patience } from '../../harness/client/patience.ts'
import { type ModelServer, startModelServer } from '../../harness/model/server.ts'
import { type RunningSidecar, type StartOptions, startSidecar } from '../../harness/sidecar.ts'
import { mockTarget } from '../../harness/targets/mock.ts'
import { urlTarget } from '../../harness/targets/url.ts'
import type { Fault } from '../../mock-sidecar/faults/fault.ts'
import { type Mock, startMock } from '../../mock-sidecar/mock.ts'
import type { Run } from '../run-check.ts'

export interface Bench extends AsyncDisposable {
  readonly run: Run
  readonly sidecar: RunningSidecar
  readonly mock: Mock
}

/** A mock with these faults, its model, and the run that checks need. Its keep-alive is short, so that silence is seen soon. */
export async function inProcessBench(faults: readonly (string | Fault)[] = [], timeScale = 1): Promise<Bench> {
  const model = await startModelServer()
  const mock = await startMock({
    faults,
    keepaliveMs: 300,
    slowRequestMs: 3_000,
    model: { baseUrl: model.baseUrl, apiKey: model.apiKey, name: model.model },
  })
  const usual = startOptions(model, timeScale)
  const start = { ...usual, bounds: { ...usual.bounds, slowRequestMs: 6_000 } }
  const client = await startSidecar(urlTarget(mock.baseUrl, mock.token), start)
  const sidecar: RunningSidecar = {
    ...client,
    capabilities: { ...mock.capabilities },
    ready: { boot_id: mock.bootId, capabilities: mock.capabilities },
  }
  const run: Run = { contract: sessionContract, target: mockTarget(), model, patience: start.patience, start }
  return {
    run,
    sidecar,
    mock,
    async [Symbol.asyncDispose]() {
      await mock.close()
      await model.close()
    },
  }
}

/** What starting a sidecar for a proof needs; bounds are the contract's, waits beside them short. */
export function startOptions(model: ModelServer, timeScale = 1): StartOptions {
  return {
    contract: sessionContract,
    model,
    patience: patience(timeScale),
    bounds: { ...bounds, answerMs: 2_000, slowRequestMs: 15_000 },
  }
}
