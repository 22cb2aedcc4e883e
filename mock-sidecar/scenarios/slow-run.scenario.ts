// Code that takes its time and shows how far it has come: what progress, cancel and interrupt look like.
import { scenario } from './scenario.ts'

export default scenario({
  name: 'slow-run',
  says: 'Any code prints a line each second for ten seconds.',
  execution: {
    status: 'ok',
    reason: 'normal',
    durationMs: 10_000,
    everyMs: 1_000,
    stdout: Array.from({ length: 10 }, (_, line) => `step ${line + 1} of 10\n`),
    result: "'done'",
  },
})
