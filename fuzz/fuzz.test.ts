// The mock answers whatever is sent inside the contract; and where it does not, the fuzzer finds it and makes it small.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { problem } from '../contracts/core/problem.ts'
import { bounds } from '../contracts/session/bounds.ts'
import { sessionContract } from '../contracts/session/contract.ts'
import { patience } from '../harness/client/patience.ts'
import { startModelServer } from '../harness/model/server.ts'
import { mockTarget } from '../harness/targets/mock.ts'
import type { Target } from '../harness/targets/target.ts'
import { urlTarget } from '../harness/targets/url.ts'
import { type Fault, fault } from '../mock-sidecar/faults/fault.ts'
import { startMock } from '../mock-sidecar/mock.ts'
import { type Call, Refusal } from '../mock-sidecar/server/call.ts'
import { type FuzzOptions, type FuzzResult, fuzzSidecar } from './fuzz-sidecar.ts'
import { allowedOrigin } from './run-batch.ts'
import { formatAnswers, formatCounterexample } from './tell.ts'

const seed = 20_251_120

async function fuzz(target: Target, options: Partial<FuzzOptions> = {}, answerMs = 10_000): Promise<FuzzResult> {
  await using model = await startModelServer()
  const start = {
    contract: sessionContract,
    model,
    patience: patience(5),
    bounds: { ...bounds, answerMs: answerMs / 5 },
    allowedOrigins: [allowedOrigin],
  }
  return await fuzzSidecar(target, start, { runs: 304, seed, ...options })
}

test(`300 requests of seed ${seed} are answered inside the contract`, async () => {
  const { counterexample, requests, stopFindings, tally } = await fuzz(mockTarget())
  expect(counterexample && formatCounterexample(counterexample, how)).toBeUndefined()
  expect(stopFindings).toEqual([])
  expect(requests).toBe(304)
  expect(tally.answers.size, formatAnswers(tally)).toBeGreaterThan(12)
})

const how = { target: '--mock', search: `--mock --seed ${seed}` }

/** Fuzzes a mock inside this process; its fault must have fired. */
async function broken(
  fault: string | Fault,
  limits: { shrinkWithinMs?: number; answerMs?: number } = {},
): Promise<NonNullable<FuzzResult['counterexample']>> {
  await using mock = await startMock({ faults: [fault], allowedOrigins: [allowedOrigin] })
  const { answerMs, shrinkWithinMs = 30_000 } = limits
  const { counterexample } = await fuzz(urlTarget(mock.baseUrl, mock.token), { shrinkWithinMs }, answerMs)
  expect([...mock.hits.values()].some((hits) => hits > 0)).toBe(true)
  if (counterexample === undefined) throw new Error('expected a counterexample; received none')
  return counterexample
}

const rules = ({ findings }: Awaited<ReturnType<typeof broken>>) => findings.map(({ rule }) => rule)

test.each([
  ['errors.framework-shape', 'problem.media-type'],
  ['errors.own-codes', 'problem.code'],
  ['errors.drops-the-connection', 'answer.missing'],
])('finds %s, and leaves one request, or two that meet', async (id, rule) => {
  const found = await broken(id)
  expect(found.requests.length).toBeLessThanOrEqual(2)
  expect(rules(found)).toContain(rule)
})

const badCharacter = fault({
  id: 'fuzz.fails-on-astral-text',
  says: 'Fails where a body holds a character beyond the sixteen bits.',
  serve: (call, next, hit) => {
    if (!/[\u{10000}-\u{10ffff}]/u.test(JSON.stringify(call.body))) return next(call)
    hit()
    throw new Refusal(problem('INTERNAL', 'the text cannot be kept'))
  },
})

test('finds a failure on one kind of text, and leaves little more than that text', async () => {
  const found = await broken(badCharacter)
  expect(rules(found)).toEqual(['fuzz.no-5xx'])
  expect(found.requests).toHaveLength(1)
  expect(JSON.stringify(found.requests[0]?.body).length, JSON.stringify(found.requests)).toBeLessThan(100)
  expect(formatCounterexample(found, how)).toMatch(
    /^ {2}npm run fuzz -- --mock --request '\{.*\\\\?u[dD][89abAB].*\}'$/m,
  )
})

function hasKnownMembers({ body }: Call): boolean {
  return Object.keys(body as object).every((name) => ['chapter_id', 'locale', 'metadata'].includes(name))
}

test('finds a good request that is refused, and a bad one that is served', async () => {
  const strict = fault({
    id: 'fuzz.refuses-a-member',
    says: 'Refuses members it does not know.',
    on: ['session.new'],
    serve: (call, next, hit) => {
      if (hasKnownMembers(call)) return next(call)
      hit()
      throw new Refusal(problem('VALIDATION_FAILED', 'a member is not known'))
    },
  })
  expect(rules(await broken(strict))).toEqual(['fuzz.right-answer'])
  const lax = fault({ id: 'fuzz.takes-any-type', says: 'Takes any type.', lets: ['UNSUPPORTED_MEDIA_TYPE'] })
  expect(rules(await broken(lax))).toContain('fuzz.right-answer')
})

test('finds a request that is never answered', async () => {
  const hangs = fault({
    id: 'fuzz.hangs-on-unknown-members',
    says: 'Never answers a body with members it does not know.',
    on: ['session.new'],
    serve: (call, next, hit) => {
      if (hasKnownMembers(call)) return next(call)
      hit()
      return new Promise(() => undefined)
    },
  })
  const found = await broken(hangs, { answerMs: 500, shrinkWithinMs: 2_000 })
  expect(rules(found)).toContain('answer.missing')
  expect(JSON.stringify(found.requests)).toContain('/api/session/new')
})

test('finds a request that ends the process, starts it again to make the request smaller, and says its last words', async () => {
  const file = join(import.meta.dirname, 'fixtures', 'dies-of-a-query.ts')
  const target: Target = {
    kind: 'process',
    name: 'command',
    describes: 'dies',
    file: process.execPath,
    args: [file],
    readyWithinMs: 20_000,
  }
  const { counterexample } = await fuzz(target, { shrinkWithinMs: 30_000 })
  expect(counterexample?.requests.map(({ target }) => target)).toEqual([expect.stringContaining('?')])
  const lives = counterexample?.findings.find(({ rule }) => rule === 'fuzz.lives')
  expect(lives?.received).toBe('exit 70: cannot read this query')
})

test('the same seed and path find the same requests', async () => {
  await using mock = await startMock({ faults: ['errors.own-codes'], allowedOrigins: [allowedOrigin] })
  const target = urlTarget(mock.baseUrl, mock.token)
  const first = await fuzz(target)
  const again = await fuzz(target, { path: first.counterexample?.path ?? '' })
  expect(again.counterexample?.requests).toEqual(first.counterexample?.requests)
  expect(again.tally.requests).toBeLessThan(first.tally.requests)
})

test('the program tells its seed, the answers and the rate; a mistake is exit code 2, a broken rule 1', async () => {
  const [good, wrong, bad] = await Promise.all([
    run('--runs', '40', '--seed', '5'),
    run('--runs', 'many'),
    run('--fault', 'errors.plain-text', '--runs', '80', '--seed', '5'),
  ])
  expect(good.code, good.stdout + good.stderr).toBe(0)
  expect(good.stdout).toMatch(/^seed 5: 40 requests to the embedded mock\n/)
  expect(good.stdout).toMatch(/\n +\d+ {2}200\n.*\n40 requests, \d+ requests\/s\nevery answer keeps the contract\n$/s)
  expect(wrong).toMatchObject({
    code: 2,
    stderr: 'fuzz: --runs needs a whole number from 1 to 2147483647; received many\n',
  })
  expect(bad.code).toBe(1)
  const [, request = ''] = /--request '(.*)'/.exec(bad.stdout) ?? []
  const again = await run('--fault', 'errors.plain-text', '--request', request)
  expect({ code: again.code, stdout: again.stdout }).toEqual({
    code: 1,
    stdout: expect.stringContaining('problem.media-type'),
  })
})

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}
