// Lets Schemathesis judge one sidecar by the exported OpenAPI: every operation but shutdown, then that one alone, which ends it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bounds } from '../../contracts/session/bounds.ts'
import { sessionContract } from '../../contracts/session/contract.ts'
import { newRecorder } from '../../harness/client/exchange.ts'
import { patience } from '../../harness/client/patience.ts'
import { typedClient } from '../../harness/client/typed-client.ts'
import { startModelServer } from '../../harness/model/server.ts'
import { type RunningSidecar, startSidecar } from '../../harness/sidecar.ts'
import type { Target } from '../../harness/targets/target.ts'
import { runProgram } from '../bundle-reference/run-program.ts'
import { readSummary, type Summary } from './read-summary.ts'

export interface JudgeOptions {
  /** The Python that has Schemathesis. */
  readonly python: string
  /** At most so many made-up requests for each operation and phase. */
  readonly examples: number
  readonly seed: number
}

export interface Judgement extends Summary {
  /** Cases were judged, none failed, and the sidecar left with code 0 when it was asked to. */
  readonly passed: boolean
  readonly tookMs: number
  /** All that Schemathesis said. */
  readonly output: string
}

const openApi = join(import.meta.dirname, '..', '..', 'contracts', 'frozen', 'session-1', 'openapi.json')
const config = join(import.meta.dirname, 'schemathesis.toml')

/** Starts the target's sidecar, has it judged and stops it. */
export async function judge(target: Target, options: JudgeOptions): Promise<Judgement> {
  const beganMs = performance.now()
  await using model = await startModelServer()
  const start = { contract: sessionContract, model, patience: patience(5), bounds: { ...bounds, answerMs: 2_000 } }
  await using sidecar = await startSidecar(target, start)
  const names = await openTurn(sidecar)
  const { examples } = options
  const most = ['--exclude-operation-id', shutdownId, '--max-examples', String(examples)]
  const first = await run(sidecar, names, options, most)
  const last = await run(sidecar, names, options, onlyShutdown)
  const exit = (await sidecar.stop())?.exit?.code
  const summary = readSummary(first.output)
  return {
    cases: summary.cases + readSummary(last.output).cases,
    failures: [...summary.failures, ...readSummary(last.output).failures],
    passed: first.ok && last.ok && summary.cases > 0 && exit === 0,
    tookMs: performance.now() - beganMs,
    output: `${first.output}\n${last.output}\nexit of the sidecar: ${exit}`,
  }
}

const shutdownId = sessionContract.operations.shutdown.id

/** One good request, since whatever comes later meets a closed port. */
const onlyShutdown = [
  '--include-operation-id',
  shutdownId,
  '--phases',
  'fuzzing',
  '--mode',
  'positive',
  '--max-examples',
  '1',
]

/** A session with a turn, for half of the requests to name. */
async function openTurn(sidecar: RunningSidecar): Promise<Record<string, string>> {
  const client = typedClient({ ...sidecar.client(newRecorder([])), contract: sessionContract })
  const { session_id } = (await client.newSession()).body
  const turn = await client.streamMessage({ session_id }, { message: 'How are you?' })
  const { turn_id } = await turn.next('start')
  await turn.ended()
  return { SIDECHECK_SESSION_ID: session_id, SIDECHECK_TURN_ID: String(turn_id) }
}

/** It keeps files where it runs, so that is a folder of its own. The token stands in its environment, not among its arguments. */
async function run(
  sidecar: RunningSidecar,
  names: Record<string, string>,
  { python, seed }: JudgeOptions,
  args: string[],
) {
  const cwd = await mkdtemp(join(tmpdir(), 'sidecheck-schemathesis-'))
  const env = { ...names, SIDECHECK_TOKEN: sidecar.token, NO_COLOR: '1' }
  const command = [
    '-m',
    'schemathesis.cli',
    '--config-file',
    config,
    'run',
    openApi,
    '--url',
    sidecar.baseUrl,
    '--seed',
    String(seed),
  ]
  try {
    return await runProgram(python, [...command, ...args], { cwd, env, timeoutMs: 300_000 })
  } finally {
    await rm(cwd, { recursive: true, force: true, maxRetries: 3 })
  }
}
