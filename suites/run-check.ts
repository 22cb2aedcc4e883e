// Runs one check against a running sidecar and says how it ended. Only a broken rule is a failure; the rest is an error.
import type { Contract } from '../contracts/core/contract.ts'
import { type Exchange, formatExchange, newRecorder, type Recorder } from '../harness/client/exchange.ts'
import { type Patience, within } from '../harness/client/patience.ts'
import { typedClient } from '../harness/client/typed-client.ts'
import type { RuleViolation } from '../harness/client/wire-rules.ts'
import { type LaunchedSidecar, launchSidecar } from '../harness/launch-sidecar.ts'
import type { ModelServer } from '../harness/model/server.ts'
import { becomeReady, endAtOnce, type RunningSidecar, type StartOptions } from '../harness/sidecar.ts'
import type { Target } from '../harness/targets/target.ts'
import { Verdict } from '../harness/verdict.ts'
import type { Check, Owned } from './check.ts'
import type { SessionContext, StartChanges } from './session/context.ts'

export type Status = 'passed' | 'failed' | 'error' | 'skipped'

export interface CheckResult {
  readonly id: string
  readonly status: Status
  /** Why it failed, could not be tested, or was skipped. */
  readonly reason?: string
  readonly expected?: string
  readonly received?: string
  readonly at?: string
  /** The failure is of the positive control: what the check is about was not there. */
  readonly control?: boolean
  /** The sidecar did not become ready, so that nothing could be asked. */
  readonly notStarted?: boolean
  readonly durationMs: number
  /** The operations that it asked, by id. Absent where it asked nothing. */
  readonly asked?: readonly string[]
  /** Violations that another check speaks for. */
  readonly foreign: readonly ForeignViolation[]
  /** The wire transcript, where it failed. */
  readonly transcript?: string
  /** The last words of the process, where it failed. */
  readonly stderr?: string
}

/** A violation with the operation it was seen on, so that its check can be found. */
export interface ForeignViolation extends RuleViolation {
  readonly operation: string | undefined
  readonly seenBy: string
}

/** What all checks of a run share. */
export interface Run {
  readonly contract: Contract
  readonly target: Target
  readonly model: ModelServer
  readonly patience: Patience
  readonly start: StartOptions
  /** After this long a check is given up as an error of the harness. Default 120 s, stretched. */
  readonly giveUpMs?: number
}

/** Runs `check` against `sidecar`. Never throws. */
export async function runCheck(check: Check<SessionContext>, sidecar: RunningSidecar, run: Run): Promise<CheckResult> {
  const beganMs = performance.now()
  const skipped = skipReason(check, sidecar)
  const done = (result: Omit<CheckResult, 'id' | 'durationMs'>): CheckResult => ({
    id: check.id,
    durationMs: Math.round(performance.now() - beganMs),
    ...result,
  })
  if (skipped !== undefined) return done({ status: 'skipped', reason: skipped, foreign: [] })

  const recorder = newRecorder([sidecar.token, run.model.apiKey])
  const further = newFurther()
  const context = contextOf(check, sidecar, run, recorder, further)
  const giveUpMs = run.patience.stretch(run.giveUpMs ?? 120_000)
  const outcome = await within(giveUpMs, judged(check.run(context)))
  recorder.close()
  await further.end()

  const { foreign, own } = splitViolations(check, recorder)
  const asked = [...new Set(recorder.exchanges.flatMap(({ operation }) => operation ?? []))]
  const ended = (result: Parameters<typeof done>[0]) => done({ asked, ...result })
  const evidence = () => ({
    transcript: transcriptOf(recorder.exchanges),
    stderr: lastWords([sidecar, ...further.all()]),
  })
  if (outcome === undefined) {
    return ended({ status: 'error', reason: `the check did not end within ${giveUpMs} ms`, foreign, ...evidence() })
  }
  if (outcome.kind === 'error') return ended({ status: 'error', reason: outcome.message, foreign, ...evidence() })
  const [violation] = own
  if (violation !== undefined) {
    const { at, expected, received } = violation
    return ended({ status: 'failed', reason: check.rule, expected, received, at, foreign, ...evidence() })
  }
  if (outcome.kind === 'verdict') {
    return ended({ status: 'failed', reason: check.rule, ...outcome.facts, foreign, ...evidence() })
  }
  return ended({ status: 'passed', foreign })
}

/** Whether a check speaks for a violation. */
export function owns({ law, operation, rules }: Owned, violation: RuleViolation, seenOn: string | undefined): boolean {
  if (!rules.includes(violation.rule)) return false
  if (operation !== undefined && operation !== (seenOn ?? 'unknown-route')) return false
  return law === undefined || law === violation.law
}

type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'verdict'; readonly facts: Verdict['facts'] }
  | { readonly kind: 'error'; readonly message: string }

async function judged(run: Promise<void>): Promise<Outcome> {
  try {
    await run
    return { kind: 'passed' }
  } catch (error) {
    if (error instanceof Verdict) return { kind: 'verdict', facts: error.facts }
    return { kind: 'error', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

function contextOf(
  check: Check<SessionContext>,
  sidecar: RunningSidecar,
  run: Run,
  recorder: Recorder,
  further: Further,
): SessionContext {
  const clientOf = (sidecar: RunningSidecar) =>
    typedClient({ ...sidecar.client(recorder), contract: run.contract }) as unknown as SessionContext['client']
  const launch = async ({ target = run.target, ...options }: StartChanges = {}) => {
    if (check.scope !== 'own')
      throw new TypeError(`${check.id} has scope ${check.scope}; only \`own\` may start a sidecar`)
    if (target.kind === 'url') throw new TypeError(`${check.id} cannot start a sidecar that runs already`)
    const launched = await launchSidecar(target, { ...run.start, ...options })
    further.launched.add(launched)
    return { launched, target, options: { ...run.start, ...options } }
  }
  return {
    sidecar,
    client: clientOf(sidecar),
    options: sidecar.client(recorder),
    capabilities: sidecar.capabilities as unknown as SessionContext['capabilities'],
    model: run.model,
    patience: run.patience,
    launch: async (changes) => (await launch(changes)).launched,
    async start(changes) {
      const { launched, options, target } = await launch(changes)
      const another = await becomeReady(launched, target, options)
      further.launched.delete(launched)
      further.started.push(another)
      return { sidecar: another, client: clientOf(another), options: another.client(recorder) }
    },
  }
}

/** The further sidecars of a check. */
interface Further {
  readonly started: RunningSidecar[]
  /** Those that are not ready, or never became so. */
  readonly launched: Set<LaunchedSidecar>
  all(): readonly (RunningSidecar | LaunchedSidecar)[]
  end(): Promise<void>
}

function newFurther(): Further {
  const started: RunningSidecar[] = []
  const launched = new Set<LaunchedSidecar>()
  return {
    started,
    launched,
    all: () => [...started, ...launched],
    end: async () => void (await Promise.all([...started.map((one) => one.stop()), ...[...launched].map(endAtOnce)])),
  }
}

function skipReason(check: Check<SessionContext>, { capabilities }: RunningSidecar): string | undefined {
  const { systems } = check
  if (systems !== undefined && !systems.includes(process.platform))
    return `only on ${systems.join(', ')}; this is ${process.platform}`
  return check.skip?.(capabilities)
}

function splitViolations(check: Check<SessionContext>, { exchanges }: Recorder) {
  const own: RuleViolation[] = []
  const foreign: ForeignViolation[] = []
  for (const { operation, violations } of exchanges) {
    for (const violation of violations) {
      const mine = (check.owns ?? []).some((owned) => owns(owned, violation, operation))
      if (mine) own.push(violation)
      else foreign.push({ ...violation, operation, seenBy: check.id })
    }
  }
  return { own, foreign }
}

function transcriptOf(exchanges: readonly Exchange[]): string {
  return exchanges.map(formatExchange).join('\n\n')
}

function lastWords(sidecars: readonly Pick<RunningSidecar, 'process' | 'token'>[]): string {
  return sidecars
    .flatMap(({ process, token }) =>
      process === undefined ? [] : [process.stderrTail().text.replaceAll(token, '<secret>')],
    )
    .join('\n')
    .split('\n')
    .slice(-40)
    .join('\n')
}
