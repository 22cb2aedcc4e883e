// The samples linux-stat.txt and linux-proc-net-tcp*.txt were recorded from a Linux 6.18 kernel, in a network namespace of their own.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { echo, launchForTest } from '../fixtures/launch-for-test.ts'
import { linux } from './linux.ts'
import { whyLinuxCannotExecute } from './linux-executable.ts'
import { parseStat } from './linux-stat.ts'
import { parseListeners } from './linux-tcp-table.ts'
import { readSample } from './samples/read-sample.ts'

describe('parseStat', () => {
  const [weird = '', zombie = '', halfDead = ''] = readSample('linux-stat.txt').split('\n')

  test('reads past a name with spaces and parentheses', () => {
    expect(parseStat(weird)).toEqual({
      pid: 23754,
      name: 'we) ird (n',
      state: 'S',
      ppid: 23710,
      pgid: 23706,
      sid: 4625,
      startTime: 191718,
      dead: false,
    })
  })

  test('a zombie is dead, unless only its first thread is', () => {
    expect(parseStat(zombie)).toMatchObject({ state: 'Z', dead: true })
    expect(parseStat(halfDead)).toMatchObject({ state: 'Z', dead: false })
  })
})

describe('parseListeners', () => {
  test('gives who listens over IPv4, not who is connected', () => {
    expect(parseListeners(readSample('linux-proc-net-tcp.txt'), 'ipv4')).toEqual([
      { address: '127.0.0.1', port: 8765, family: 'ipv4', inode: '61350' },
      { address: '0.0.0.0', port: 9876, family: 'ipv4', inode: '61351' },
    ])
  })

  test('gives who listens over IPv6', () => {
    expect(parseListeners(readSample('linux-proc-net-tcp6.txt'), 'ipv6')).toEqual([
      { address: '::ffff:127.0.0.1', port: 8768, family: 'ipv6', inode: '61354' },
      { address: '::1', port: 8766, family: 'ipv6', inode: '61352' },
      { address: '::', port: 9877, family: 'ipv6', inode: '61353' },
    ])
  })
})

describe.runIf(process.platform === 'linux')('a living Linux', () => {
  test('lists this process, and nobody for a pid that is not in use', async () => {
    const [self] = await linux.listProcesses([process.pid, 2 ** 22 + 1])
    expect(self).toMatchObject({ pid: process.pid, ppid: process.ppid, dead: false })
    expect(await linux.listProcesses()).toContainEqual(
      expect.objectContaining({ pid: self?.pid, startTime: self?.startTime }),
    )
    expect(await linux.listProcesses([2 ** 22 + 1])).toEqual([])
  })

  test('does not end who holds the pid now', async () => {
    const launched = await launchForTest(echo)
    const { pid, startTime } = await launched.identity
    await linux.kill([{ pid, startTime: startTime - 1 }])
    launched.stdin.write('alive\n')
    expect((await launched.nextLine())?.text).toBe('alive')
    await linux.kill([{ pid, startTime }])
    expect(await launched.exited).toMatchObject({ signal: 'SIGKILL' })
  })
})

describe.runIf(process.platform === 'linux')('whyLinuxCannotExecute', () => {
  const program = async (header: Buffer) => {
    const folder = await mkdtemp(join(tmpdir(), 'executable-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'program'), header)
    await chmod(join(folder, 'program'), 0o755)
    return whyLinuxCannotExecute(join(folder, 'program'))
  }
  const elfFor = (machine: number) =>
    Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(14), Buffer.from([machine, 0])])

  test('says nothing of what can run, or cannot be read', async () => {
    expect(whyLinuxCannotExecute(process.execPath)).toBeNull()
    expect(await program(Buffer.from('#!/bin/sh\n'))).toBeNull()
    expect(whyLinuxCannotExecute('/no/such/file')).toBeNull()
    expect(whyLinuxCannotExecute('node')).toBeNull()
  })

  test('names the machine that it is for', async () => {
    expect(await program(elfFor(0xf3))).toBe(`it is an ELF program for machine 0xf3, not for ${process.arch}`)
  })

  test('tells other formats and the empty file', async () => {
    expect(await program(Buffer.from('MZ'))).toContain('neither an ELF program nor a script')
    expect(await program(Buffer.alloc(0))).toContain('neither an ELF program nor a script')
  })
})
