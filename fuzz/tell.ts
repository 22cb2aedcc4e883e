// What the fuzzer says: progress, the answers it saw, and a counterexample with the words that repeat it.
import type { Counterexample } from './fuzz-sidecar.ts'
import type { Finding } from './outcome.ts'
import type { Tally } from './tally.ts'
import { formatRequest } from './wire/request.ts'

/** `5000 requests, 812 requests/s`. */
export function formatProgress(requests: number, tookMs: number): string {
  return `${requests} requests, ${Math.round((requests * 1_000) / Math.max(1, tookMs))} requests/s`
}

/** How often each answer came, one a line. */
export function formatAnswers({ answers }: Tally): string {
  return [...answers].map(([name, times]) => `${String(times).padStart(8)}  ${name}`).join('\n')
}

/** What a counterexample broke, its requests in a form that can be copied, and how it is found again. `how` names target and seed. */
export function formatCounterexample(
  found: Counterexample,
  how: { readonly target: string; readonly search: string },
): string {
  const { findings, path, requests, shrinks } = found
  const lines = requests.map((request) => `--request '${formatRequest(request)}'`)
  return [
    `a rule is broken; made smaller ${shrinks} times`,
    ...findings.map(formatFinding),
    'the requests again (all at once):',
    `  npm run fuzz -- ${how.target} ${lines.join(' ')}`,
    'the search again:',
    `  npm run fuzz -- ${how.search} --path ${path}`,
  ].join('\n')
}

/** `  ✗ rule: expected …; received …`. */
export function formatFinding({ expected, received, rule }: Finding): string {
  return `  ✗ ${rule}: expected ${clip(expected)}; received ${clip(received)}`
}

function clip(text: string): string {
  return text.length <= 600 ? text : `${text.slice(0, 600)}… (${text.length} characters)`
}
