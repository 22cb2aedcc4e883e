// The real reference sidecar keeps every rule, and one broken line of it turns exactly the checks red that name it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { patience } from '../../harness/client/patience.ts'
import { bundleTarget } from '../../harness/targets/bundle.ts'
import { limiter } from '../limiter.ts'
import { chatAreas, slips } from './broken-reference.ts'
import { brokenReference, buildReferenceBundle } from './reference-bundle.ts'
import { redOf, runAll } from './run-all.ts'

const all = process.env['SIDECHECK_ALL'] !== undefined
const shown = slips.filter(({ always }) => all || always)
if (!all)
  process.stdout.write(`${slips.length - shown.length} of ${slips.length} slips left out; SIDECHECK_ALL=1 shows all\n`)

/** A run fills the two cores that there are at least: two at once would be judged by the time that they take from each other. */
const { take } = limiter(1)

const bundle = await buildReferenceBundle()
if (typeof bundle === 'string') process.stdout.write(`left out: the reference bundle (${bundle})\n`)

describe.skipIf(typeof bundle === 'string')('the reference bundle', () => {
  if (typeof bundle === 'string') return

  it('keeps every rule', async () => {
    const results = await runAll(await bundleTarget(bundle.dir, { contract: 'session/1' }))
    expect(redOf(results)).toEqual([])
    expect(results.size).toBeGreaterThan(40)
  }, 600_000)

  it.concurrent.each(shown)(
    'that $says ($file) turns red exactly what names it',
    (slip) =>
      take(async () => {
        const folder = await mkdtemp(join(tmpdir(), 'sidecheck-slip-'))
        try {
          const target = await brokenReference(bundle, slip, folder)
          const results = await runAll(target, { patience: patience(3) }, slip.areas ?? chatAreas)
          expect(redOf(results), explain(results)).toEqual([...slip.red].sort())
        } finally {
          await rm(folder, { recursive: true, force: true })
        }
      }),
    // Those that wait for their turn wait on this clock too.
    1_800_000,
  )
})

function explain(results: Awaited<ReturnType<typeof runAll>>): string {
  return [...results.values()]
    .filter(({ status }) => status === 'failed' || status === 'error')
    .map(
      ({ at, expected, id, reason, received }) =>
        `${id}: expected ${expected}; received ${received} (${at}) ${expected === undefined ? reason : ''}`,
    )
    .join('\n')
}
