// The one vitest file of a run: starts the sidecar that checks share, runs every selected check, hands each result to the reporter.
import { afterAll, beforeAll, describe, inject, it } from 'vitest'
import { bounds } from '../contracts/session/bounds.ts'
import { sessionContract } from '../contracts/session/contract.ts'
import { patience } from '../harness/client/patience.ts'
import { type ModelServer, startModelServer } from '../harness/model/server.ts'
import { type RunningSidecar, startSidecar } from '../harness/sidecar.ts'
import { TargetError } from '../harness/targets/target.ts'
import { Verdict } from '../harness/verdict.ts'
import { limiter } from './limiter.ts'
import { type KnownCheck, loadChecks } from './load-checks.ts'
import { type CheckResult, type Run, runCheck } from './run-check.ts'

const { atOnce, modelPort, selected, target, timeScale } = inject('sidecheck')
const chosen = new Set(selected)
const checks = (await loadChecks('session')).filter(({ id }) => chosen.has(id))

/** Checks of a shared sidecar run side by side; processes of their own compete for the machine, so few at a time. */
const turnOf = { shared: limiter(atOnce.shared), own: limiter(atOnce.own), bundle: limiter(1) }

// Whoever wanted the results is gone without a word, so nobody waits for the checks that run: the guardian ends what they
// started. (In a worker of vitest `process.exit` only throws.)
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))

let model: ModelServer
let run: Run
let shared: RunningSidecar | Verdict

beforeAll(async () => {
  model = await startModelServer(modelPort === undefined ? {} : { port: modelPort, apiKey: 'sidecheck' })
  const wait = patience(timeScale)
  const start = { contract: sessionContract, model, patience: wait, bounds }
  run = { contract: sessionContract, target, model, patience: wait, start }
  shared = await orVerdict(startSidecar(target, start))
}, 600_000)

afterAll(async () => {
  if (!(shared instanceof Verdict)) await shared?.stop()
  await model?.close()
}, 60_000)

describe.concurrent('checks', () => {
  for (const check of checks) {
    it(check.id, { timeout: 600_000 }, async ({ task }) => {
      const result = await turnOf[check.scope].take(() => runOne(check))
      Object.assign(task.meta, { sidecheck: result })
      if (result.status === 'failed' || result.status === 'error') throw new Error(result.reason ?? result.status)
    })
  }
})

async function runOne(check: KnownCheck): Promise<CheckResult> {
  if (shared instanceof Verdict) return notStarted(check, shared)
  if (check.scope !== 'own') return runCheck(check, shared, run)
  if (target.kind === 'url') {
    const reason = 'it needs a process of its own; give --command or --bundle instead of --url'
    return { id: check.id, status: 'error', reason, durationMs: 0, foreign: [] }
  }
  const own = await orVerdict(startSidecar(target, { ...run.start, ...check.launch }))
  if (own instanceof Verdict) return notStarted(check, own)
  try {
    return await runCheck(check, own, run)
  } finally {
    await own.stop()
  }
}

/** A sidecar that does not start keeps no rule. */
function notStarted({ id, rule }: KnownCheck, { facts }: Verdict): CheckResult {
  return { id, status: 'failed', reason: rule, ...facts, notStarted: true, durationMs: 0, foreign: [] }
}

async function orVerdict(start: Promise<RunningSidecar>): Promise<RunningSidecar | Verdict> {
  try {
    return await start
  } catch (error) {
    if (error instanceof Verdict) return error
    // The reporter tells mistakes of the caller from accidents by this mark.
    if (error instanceof TargetError) throw new Error(`target: ${error.message}`)
    throw error
  }
}
