// The checks of crash and restart hold against a sidecar whose sessions are durable, too: the mock, which otherwise keeps none.
import { describe, expect, it } from 'vitest'
import { startModelServer } from '../../harness/model/server.ts'
import { startSidecar } from '../../harness/sidecar.ts'
import { mockTarget } from '../../harness/targets/mock.ts'
import { loadChecks } from '../load-checks.ts'
import { runCheck } from '../run-check.ts'
import { startOptions } from './in-process.ts'

const checks = (await loadChecks('session')).filter(({ area }) => area === 'crash-restart')

describe('sessions that are durable are back after a crash', () => {
  it.each(checks)('$id', async (check) => {
    await using model = await startModelServer()
    const target = mockTarget({ durable: true })
    const start = startOptions(model)
    await using sidecar = await startSidecar(target, { ...start, ...check.launch })
    expect(sidecar.capabilities).toMatchObject({ sessions: { durable: true } })
    const run = { contract: start.contract, target, model, patience: start.patience, start }
    const result = await runCheck(check, sidecar, run)
    expect(result, JSON.stringify({ ...result, transcript: '' })).toMatchObject({ status: 'passed', foreign: [] })
  })
})
