import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { launchForTest, nodeProgram, standIn } from './fixtures/launch-for-test.ts'
import type { Command } from './launched-process.ts'
import { type ReadyOptions, waitUntilReady } from './wait-until-ready.ts'

const Ready = z.object({ status: z.literal('ready'), nonce: z.string().optional() })
type Ready = z.infer<typeof Ready>
const parseReady = (line: string) => Ready.parse(JSON.parse(line))

async function verdictOn(command: Command, options: Partial<ReadyOptions<Ready>> = {}) {
  return waitUntilReady(await launchForTest(command), { parseReady, ...options })
}

/** Prints this, then stays. */
const saying = (text: string) =>
  nodeProgram(`process.stdout.write(${JSON.stringify(text)}); setInterval(() => {}, 1e6)`)

describe('waitUntilReady', () => {
  test('ready', async () => {
    const verdict = await verdictOn(standIn('--nonce=abc'), { nonce: 'abc' })
    expect(verdict).toMatchObject({ kind: 'ready', ready: { status: 'ready', nonce: 'abc' } })
  })

  test('without a nonce where the contract has none', async () => {
    expect(await verdictOn(saying('{"status":"ready"}\n'))).toMatchObject({ kind: 'ready' })
  })

  test('another nonce', async () => {
    expect(await verdictOn(standIn('--nonce=abc'), { nonce: 'abd' })).toMatchObject({
      kind: 'bad-line',
      problem: 'wrong-nonce',
      detail: expect.stringContaining('the nonce "abc" where "abd" was given'),
    })
  })

  test('a banner first', async () => {
    const verdict = await verdictOn(saying('Welcome!\n{"status":"ready"}\n'))
    expect(verdict).toMatchObject({
      kind: 'bad-line',
      problem: 'not-ready',
      line: { text: 'Welcome!' },
      detail: expect.stringMatching(/received "Welcome!" \(.*JSON.*\)/),
    })
  })

  test('a ready line that breaks the schema, said in one line', async () => {
    const verdict = await verdictOn(saying('{"status":"starting"}\n'))
    expect(verdict).toMatchObject({
      kind: 'bad-line',
      problem: 'not-ready',
      detail: expect.stringContaining('at status'),
    })
    expect(verdict).toMatchObject({ detail: expect.not.stringContaining('\n') })
  })

  test.each([
    [4096, 'ready'],
    [4097, 'bad-line'],
  ])('a line of %i bytes: %s', async (bytes, kind) => {
    const line = '{"status":"ready"}'.padEnd(bytes, ' ')
    expect(await verdictOn(saying(`${line}\n`))).toMatchObject({ kind, line: { bytes } })
  })

  test('a line that is not UTF-8', async () => {
    const latin1 = nodeProgram(`process.stdout.write(Buffer.from('{"status":"ready","name":"\\xe9"}\\n', 'latin1'))`)
    expect(await verdictOn(latin1)).toMatchObject({ kind: 'bad-line', problem: 'not-utf8' })
  })

  test('a line that nothing ends, by a process that left', async () => {
    const verdict = await verdictOn(nodeProgram(`process.stdout.write('{"status":"ready"}')`))
    expect(verdict).toMatchObject({ kind: 'bad-line', problem: 'unfinished' })
  })

  test('an early exit, with its code and last words', async () => {
    const verdict = await verdictOn(nodeProgram(`console.error('cannot bind'); process.exitCode = 69`))
    expect(verdict).toMatchObject({
      kind: 'exited',
      exit: { code: 69, signal: null },
      stderr: { text: 'cannot bind\n' },
      detail: expect.stringContaining('exit with code 69 (its last words: "cannot bind")'),
    })
  })

  test('an early exit is not judged before the pipes are read to their end', async () => {
    const launched = await launchForTest(nodeProgram('process.exit(69)'))
    await launched.exited
    const drained = Promise.withResolvers<void>()
    let text = ''
    setImmediate(() => {
      text = 'last words'
      drained.resolve()
    })
    const slow = { ...launched, outputEnded: drained.promise, stderrTail: () => ({ text, totalBytes: text.length }) }
    expect(await waitUntilReady(slow, { parseReady })).toMatchObject({ kind: 'exited', stderr: { text: 'last words' } })
  })

  test('an early exit while a grandchild holds the pipes', async () => {
    const child = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'inherit' }).unref()`
    const verdict = await verdictOn(nodeProgram(`${child}; process.exit(70)`))
    expect(verdict).toMatchObject({ kind: 'exited', exit: { code: 70 } })
  })

  test.skipIf(process.platform === 'win32')('an early death by a signal', async () => {
    const verdict = await verdictOn(nodeProgram(`process.kill(process.pid, 'SIGKILL')`))
    expect(verdict).toMatchObject({
      kind: 'exited',
      exit: { code: null, signal: 'SIGKILL' },
      detail: expect.stringContaining('signal SIGKILL'),
    })
  })

  test('time runs out, with what was said so far', async () => {
    const launched = await launchForTest(saying('{"status":"ready"}'))
    while (launched.pendingStdout().bytes === 0) await new Promise((next) => setImmediate(next))
    expect(await waitUntilReady(launched, { parseReady, withinMs: 20 })).toMatchObject({
      kind: 'timeout',
      pending: { text: '{"status":"ready"}', bytes: 18 },
      detail: expect.stringContaining('within 20 ms, received "{\\"status\\":\\"ready\\"}" without a line feed'),
    })
  })

  test('time runs out for a process that has closed its stdout', async () => {
    const launched = await launchForTest(nodeProgram(`require('node:fs').closeSync(1); setInterval(() => {}, 1e6)`))
    expect(await launched.nextLine()).toBeNull()
    expect(await waitUntilReady(launched, { parseReady, withinMs: 20 })).toMatchObject({ kind: 'timeout' })
  })

  test('giving up is not a verdict, and takes no line', async () => {
    const launched = await launchForTest(
      nodeProgram(`process.stdin.once('data', () => console.log('{"status":"ready"}'))`),
    )
    const giveUp = new AbortController()
    const verdict = waitUntilReady(launched, { parseReady, signal: giveUp.signal })
    giveUp.abort(new Error('enough'))
    await expect(verdict).rejects.toThrow('enough')
    await expect(waitUntilReady(launched, { parseReady, signal: giveUp.signal })).rejects.toThrow('enough')
    launched.stdin.write('now\n')
    expect(await waitUntilReady(launched, { parseReady })).toMatchObject({ kind: 'ready' })
  })
})
