// `sidecheck run`: checks a sidecar against its contract and says which rules it keeps.
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { RunResult } from '../../contracts/report/result.ts'
import { exitCodeOf } from '../../harness/report/summary.ts'
import { formatCheck, formatFailure, formatSummary } from '../../harness/report/terminal.ts'
import { writeReport } from '../../harness/report/write-report.ts'
import { closeAccount } from '../../suites/account.ts'
import { loadChecks } from '../../suites/load-checks.ts'
import type { Provided } from '../../suites/provided.ts'
import type { CheckResult } from '../../suites/run-check.ts'
import { runChecks } from '../../suites/run-checks.ts'
import { chooseTarget } from '../choose-target.ts'
import type { Command } from '../command.ts'
import { checkRow, resultOf } from '../result-of.ts'
import { type RunOptions, readRunOptions } from '../run-options.ts'
import { selectChecks } from '../select-checks.ts'

export const run: Command = {
  says: 'Check a sidecar against its contract.',
  help: `sidecheck run (--bundle DIR | --command "…" | --url URL | --mock) [options]

Where the sidecar comes from (one of):
  --bundle DIR        a python_runtime bundle: started as its manifest says
  --command "…"       a command line, started without a shell
  --url URL           one that runs already; needs --token or SIDECAR_TOKEN, and as its model
                      http://127.0.0.1:N/v1 with the key sidecheck, N given by --model-port
  --mock              the embedded mock  (--fault NAME and --scenario NAME change it)

What is checked:
  --contract ID       default session/1
  --profile p0|full   default p0: the MUSTs of the release gate; full adds the rest
  --only GLOB         only these checks, by id; may stand several times
  --skip GLOB         not these checks; may stand several times

How:
  --content-dir DIR   content bundles for the sidecar (not for --url)
  --report-dir DIR    default sidecheck-report: result.json, junit.xml, transcripts/
  --time-scale F      stretches every upper bound, for slow hosts; default 1
  --config FILE       default sidecheck.config.ts in this folder
  --json              print result.json and nothing else

Exit codes: 0 every MUST is kept · 1 a MUST is broken · 2 wrong usage · 3 the run does not count`,
  async run(argv) {
    const options = await readRunOptions(argv)
    const target = await chooseTarget(options)
    const all = await loadChecks('session')
    const selected = selectChecks(all, options)
    const interrupted = interruptible()
    const startedAt = new Date()
    const beganMs = performance.now()
    const show = progress(options)

    const provided = {
      target,
      selected: selected.map(({ id }) => id),
      timeScale: options.timeScale,
      ...(options.modelPort === undefined ? {} : { modelPort: options.modelPort }),
      atOnce: sideBySide(availableParallelism()),
    }
    const onResult = (result: CheckResult) => {
      if (!result.notStarted) show(formatCheck(checkRow(result, all, options), process.stdout))
    }
    const { accidents, results } = await runChecks(provided, onResult, interrupted.signal)
    const mistake = accidents.find((accident) => accident.startsWith('target: '))
    if (mistake !== undefined) return tell(mistake.slice('target: '.length))

    const account = closeAccount(all, selected, results, interrupted.signal.aborted ? ['interrupted'] : accidents)
    const durationMs = performance.now() - beganMs
    const result = resultOf(account, all, { options, target, startedAt, durationMs })
    const transcripts = new Map(
      account.results.flatMap(({ id, transcript }) => (transcript === undefined ? [] : [[id, transcript] as const])),
    )
    await writeReport(options.reportDir, result, transcripts)
    conclude(result, options)
    return exitCodeOf(result)
  },
}

/**
 * How many checks run at once. Most of what checks of a shared sidecar do is waiting; one with a process of its own starts
 * and kills many more, and many checks judge times: a machine that is overcommitted would be judged in the sidecar's place.
 */
function sideBySide(cores: number): Provided['atOnce'] {
  return { shared: Math.max(4, 2 * cores), own: Math.max(1, Math.floor(cores / 2)) }
}

/** Ctrl-C stops the checks in order, so that nothing is left running; a second one leaves the rest to the guardian. */
function interruptible(): { signal: AbortSignal } {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      controller.abort()
      process.once(name, () => process.exit(130))
    })
  }
  return controller
}

function progress({ json }: RunOptions): (line: string) => void {
  return json ? () => undefined : (line) => void process.stdout.write(`${line}\n`)
}

function conclude(result: RunResult, { json, reportDir }: RunOptions): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
    return
  }
  const red = result.checks.filter(({ status }) => status === 'failed' || status === 'error')
  // Where nothing started, the reason below says it once instead of every check saying it again.
  const told = result.summary.passed + result.summary.skipped === 0 && result.invalid.length > 0 ? [] : red
  const failures = told.map((check) => `\n${formatFailure(check, process.stdout)}`)
  process.stdout.write(
    [...failures, formatSummary(result, process.stdout), `Report: ${resolve(reportDir)}`, ''].join('\n'),
  )
}

function tell(message: string): number {
  process.stderr.write(`sidecheck: ${message}\n`)
  return 2
}
