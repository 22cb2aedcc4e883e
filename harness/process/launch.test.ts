import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { echo, launchForTest, nodeProgram, standIn } from './fixtures/launch-for-test.ts'
import { launchProcess } from './launch.ts'
import { LaunchError } from './launch-error.ts'

const posixOnly = test.skipIf(process.platform === 'win32')

describe('launchProcess', () => {
  test('splits stdout that comes one byte at a time', async () => {
    const launched = await launchForTest(
      nodeProgram(`
        const bytes = [...Buffer.from('é漢😀\\nsecond\\n')]
        const next = () => bytes.length && process.stdout.write(Buffer.from([bytes.shift()]), () => setImmediate(next))
        next()
      `),
    )
    expect((await launched.nextLine())?.text).toBe('é漢😀')
    expect((await launched.nextLine())?.text).toBe('second')
    expect(await launched.nextLine()).toBeNull()
    expect(launched.lines).toHaveLength(2)
  })

  test('reads 5 MB of stderr that nobody asked for, and keeps its end', async () => {
    const noise = `for (let i = 0; i < 5000; i++) require('node:fs').writeSync(2, 'x'.repeat(999) + '\\n')`
    const launched = await launchForTest(nodeProgram(`${noise}; console.log('done'); console.error('the end')`))
    expect((await launched.nextLine())?.text).toBe('done')
    await launched.outputEnded
    const { text, totalBytes } = launched.stderrTail()
    expect(totalBytes).toBe(5_000_008)
    expect(text).toHaveLength(64 * 1024)
    expect(text).toMatch(/x\nthe end\n$/)
  })

  test('stops reading an output where it is told to, until the process has ended', async () => {
    const launched = await launchForTest(
      nodeProgram(`
        process.stdin.once('data', () => {
          process.stderr.write('x'.repeat(4_000_000))
          process.stdout.write('asked\\n', () => process.exit())
        })
      `),
    )
    launched.stopReading('stderr')
    launched.stdin.write('go')
    await launched.exited
    await launched.outputEnded
    expect(launched.stderrTail().totalBytes).toBeLessThan(4_000_000)
  })

  test('closes an output, so that writing to it fails', async () => {
    const launched = await launchForTest(
      nodeProgram(`
        process.stdout.on('error', ({ code }) => process.stderr.write(code))
        process.stdin.on('data', () => process.stdout.write('x')).on('end', () => process.exit())
      `),
    )
    launched.closeOutput('stdout')
    launched.stdin.write('go')
    launched.closeStdin()
    await launched.outputEnded
    expect(launched.stderrTail().text).toMatch(/^(EPIPE|EOF)/)
  })

  test('knows of the exit while a grandchild holds stdout', async () => {
    const launched = await launchForTest(standIn('--child=stdout', '--exit=3'))
    let outputEnded = false
    void launched.outputEnded.then(() => {
      outputEnded = true
    })
    expect(await launched.exited).toMatchObject({ code: 3, signal: null })
    expect(outputEnded).toBe(false)
  })

  posixOnly('gives a signal as a signal, not as a code', async () => {
    const launched = await launchForTest(standIn())
    await launched.nextLine()
    expect(launched.signal('SIGTERM')).toBe(true)
    expect(await launched.exited).toMatchObject({ code: null, signal: 'SIGTERM' })
    expect(launched.exit()).toEqual(await launched.exited)
    expect(launched.signal('SIGTERM')).toBe(false)
    expect(launched.signalGroup('SIGTERM')).toBe(false)
  })

  test('holds stdin open until it is closed', async () => {
    const launched = await launchForTest(echo)
    for (const said of ['one\n', 'two\n']) {
      launched.stdin.write(said)
      expect(`${(await launched.nextLine())?.text}\n`).toBe(said)
    }
    launched.closeStdin()
    expect(await launched.exited).toMatchObject({ code: 0, signal: null })
  })

  test('bears a process that has closed its end of stdin', async () => {
    const launched = await launchForTest(
      nodeProgram(`require('node:fs').closeSync(0); console.log('closed'); setInterval(() => {}, 1e6)`),
    )
    await launched.nextLine()
    const written = Promise.withResolvers<unknown>()
    launched.stdin.write('x'.repeat(1_000_000), written.resolve)
    await written.promise
    expect(launched.exit()).toBeNull()
  })

  test('passes the environment as it is, and arguments without a shell', async () => {
    const program = nodeProgram(
      'console.log(JSON.stringify([process.argv.slice(1), process.env]))',
      '$HOME "; a\' *',
      '',
    )
    const launched = await launchForTest({ ...program, env: { ...program.env, ONLY: 'é=1' } })
    const [args, env] = JSON.parse((await launched.nextLine())?.text ?? '')
    expect(args).toEqual(['$HOME "; a\' *', ''])
    expect(env).toMatchObject({ ONLY: 'é=1' })
    expect(env).not.toHaveProperty('VITEST')
  })

  test('knows itself by pid and start time', async () => {
    const launched = await launchForTest(standIn())
    const identity = await launched.identity
    expect(identity.pid).toBe(launched.pid)
    expect(identity.startTime).toBeGreaterThan(0)
  })

  test('ends the process when the signal is aborted', async () => {
    const abort = new AbortController()
    const launched = await launchForTest(standIn('--ignore=eof,SIGTERM'), { signal: abort.signal })
    await launched.nextLine()
    abort.abort()
    const { code } = await launched.exited
    expect(code).not.toBe(0)
  })

  test('does not start when the signal was aborted before', async () => {
    await expect(launchProcess(standIn(), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })
})

describe('LaunchError', () => {
  const failure = async (file: string, cwd?: string) => {
    const error = await launchProcess({ file, args: [], env: {}, ...(cwd ? { cwd } : {}) }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(LaunchError)
    return error
  }
  const file = async (content: string | Buffer, mode: number) => {
    const folder = await mkdtemp(join(tmpdir(), 'launch-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'program'), content)
    await chmod(join(folder, 'program'), mode)
    return join(folder, 'program')
  }

  test('no such file', async () => {
    expect(await failure(join(tmpdir(), 'no', 'such', 'program'))).toMatchObject({
      code: 'ENOENT',
      message: expect.stringMatching(/Expected an executable at .*program", received ENOENT \(no such file\)\. Build/),
    })
  })

  test('no such working directory', async () => {
    expect(await failure(process.execPath, join(tmpdir(), 'no-such-folder'))).toMatchObject({
      code: 'ENOENT',
      message: expect.stringContaining('Expected the working directory'),
    })
  })

  posixOnly('not executable', async () => {
    expect(await failure(await file('#!/bin/sh\n', 0o644))).toMatchObject({
      code: 'EACCES',
      message: expect.stringContaining('Set its mode to 755'),
    })
  })

  posixOnly('no interpreter', async () => {
    expect(await failure(await file('#!/no/such/interpreter\n', 0o755))).toMatchObject({
      code: 'ENOENT',
      message: expect.stringContaining('interpreter or loader is missing'),
    })
  })

  posixOnly.each([
    ['a Mach-O program for another system', Buffer.from('cffaedfe0c000001', 'hex')],
    ['a text without #!', 'touch ran-as-a-shell-script\n'],
  ])('%s never runs as a shell script', async (_, content) => {
    if (process.platform !== 'linux') return
    expect(await failure(await file(content, 0o755))).toMatchObject({
      code: 'ENOEXEC',
      message: expect.stringContaining('neither an ELF program nor a script'),
    })
  })
})
