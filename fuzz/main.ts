// `npm run fuzz`: requests nobody would send, against a sidecar that must answer all of them inside the contract.
import { knownToMock } from '../cli/known-to-mock.ts'
import { UsageError } from '../cli/usage-error.ts'
import { bounds } from '../contracts/session/bounds.ts'
import { sessionContract } from '../contracts/session/contract.ts'
import { patience } from '../harness/client/patience.ts'
import { startModelServer } from '../harness/model/server.ts'
import { bundleTarget } from '../harness/targets/bundle.ts'
import { commandTarget } from '../harness/targets/command.ts'
import { mockTarget } from '../harness/targets/mock.ts'
import { type Target, TargetError } from '../harness/targets/target.ts'
import { Verdict } from '../harness/verdict.ts'
import { fuzzSidecar } from './fuzz-sidecar.ts'
import { type Options, readOptions, usage } from './options.ts'
import type { Finding } from './outcome.ts'
import { allowedOrigin } from './run-batch.ts'
import { sendAgain } from './send-again.ts'
import type { Tally } from './tally.ts'
import { formatAnswers, formatCounterexample, formatFinding, formatProgress } from './tell.ts'

/** Runs the fuzzer with its arguments. Resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = readOptions(argv)
    if (options.help) return say(usage)
    return await fuzz(options)
  } catch (error) {
    const isMistake = error instanceof UsageError || error instanceof TargetError
    const isPlain = isMistake || error instanceof Verdict
    process.stderr.write(`fuzz: ${isPlain ? error.message : ((error as Error).stack ?? String(error))}\n`)
    return isMistake ? 2 : 3
  }
}

async function fuzz(options: Options): Promise<number> {
  const { path, requests, runs, seed, timeScale } = options
  const target = await chooseTarget(options)
  await using model = await startModelServer()
  const start = {
    contract: sessionContract,
    model,
    patience: patience(timeScale),
    bounds: { ...bounds, answerMs: hangMs },
    allowedOrigins: [allowedOrigin],
  }
  if (requests.length > 0) return report(await sendAgain(target, start, requests))
  say(`seed ${seed}: ${runs} requests to ${target.describes}`)
  const { signal } = interruptible()
  const search = { runs, seed, signal, onBatch: progress(runs), ...(path === undefined ? {} : { path }) }
  const { counterexample, requests: sent, stopFindings, tally, tookMs } = await fuzzSidecar(target, start, search)
  say(formatAnswers(tally))
  say(formatProgress(sent, tookMs))
  if (counterexample !== undefined) {
    const found = { target: targetFlags(options), search: `${targetFlags(options)} --runs ${runs} --seed ${seed}` }
    say(formatCounterexample(counterexample, found))
    return 1
  }
  if (signal.aborted) return say('interrupted', 3)
  return report(stopFindings)
}

/** Before the time scale: what is waited for an answer until it is called a hang. */
const hangMs = 2_000

async function chooseTarget({ bundle, command, faults }: Options): Promise<Target> {
  if (bundle !== undefined) return bundleTarget(bundle, { contract: sessionContract.id })
  if (command !== undefined) return commandTarget(command)
  await knownToMock(faults, undefined)
  return mockTarget({ faults })
}

function targetFlags({ bundle, command, faults }: Options): string {
  if (bundle !== undefined) return `--bundle ${bundle}`
  if (command !== undefined) return `--command '${command}'`
  return ['--mock', ...faults.map((fault) => `--fault ${fault}`)].join(' ')
}

/** Ten lines in all. */
function progress(runs: number): (tally: Tally) => void {
  const beganMs = performance.now()
  let next = runs / 10
  return (tally) => {
    if (tally.requests < next) return
    next += runs / 10
    say(formatProgress(tally.requests, performance.now() - beganMs))
  }
}

function report(findings: readonly Finding[]): number {
  if (findings.length === 0) return say('every answer keeps the contract')
  return say(findings.map(formatFinding).join('\n'), 1)
}

/** Ctrl-C ends the search in order, so that nothing is left running; a second one leaves the rest to the guardian. */
function interruptible(): { readonly signal: AbortSignal } {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      controller.abort()
      process.once(name, () => process.exit(130))
    })
  }
  return controller
}

function say(text: string, code = 0): number {
  process.stdout.write(`${text}\n`)
  return code
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
