// The sample macos-ps.txt follows the documented format of macOS' ps and was not recorded by us; macos-lsof.txt was recorded, with
// lsof on Linux. Both tools take the same options there, so the module itself also runs on Linux.
import { describe, expect, test } from 'vitest'
import { macos } from './macos.ts'
import { parseLsof } from './macos-lsof.ts'
import { parsePs } from './macos-ps.ts'
import { readSample } from './samples/read-sample.ts'

describe('parsePs', () => {
  const rows = parsePs(readSample('macos-ps.txt'))

  test('reads every column', () => {
    expect(rows[1]).toEqual({
      pid: 501,
      ppid: 1,
      pgid: 501,
      sid: null,
      state: 'S',
      dead: false,
      startTime: Date.parse('2026-11-20T08:12:26Z') / 1000,
      args: '/Applications/My Desk.app/Contents/MacOS/My Desk --flag "a  b"',
    })
  })

  test('reads a day of one digit', () => {
    expect(rows[0]?.startTime).toBe(Date.parse('2026-11-01T07:40:02Z') / 1000)
  })

  test('a zombie is dead', () => {
    expect(rows.filter(({ dead }) => dead).map(({ pid }) => pid)).toEqual([735])
  })

  test('does not pass over a row that it cannot read', () => {
    expect(() => parsePs('  501     1   501 S    vendredi 20 novembre python3\n')).toThrow('Expected a row of ps')
  })
})

test('parseLsof gives addresses as they would be bound', () => {
  expect(parseLsof(readSample('macos-lsof.txt'))).toEqual([
    { pid: 23710, family: 'ipv4', address: '127.0.0.1', port: 8765 },
    { pid: 23710, family: 'ipv4', address: '0.0.0.0', port: 9876 },
    { pid: 23710, family: 'ipv6', address: '::1', port: 8766 },
    { pid: 23710, family: 'ipv6', address: '::', port: 9877 },
    { pid: 23710, family: 'ipv6', address: '127.0.0.1', port: 8768 },
  ])
})

test('parseLsof counts a socket on two descriptors once, and begins anew with every process', () => {
  const twice = 'p7\nf5\ntIPv4\nn*:80\nf6\ntIPv4\nn*:80\np8\nf5\ntIPv4\nn*:80\n'
  expect(parseLsof(twice).map(({ pid }) => pid)).toEqual([7, 8])
})

describe.skipIf(process.platform === 'win32')('a living ps', () => {
  test('lists this process, and nobody for a pid that is not in use', async () => {
    const self = { pid: process.pid, ppid: process.ppid, dead: false }
    expect(await macos.listProcesses()).toContainEqual(expect.objectContaining(self))
    expect(await macos.listProcesses([process.pid])).toMatchObject([self])
    expect(await macos.listProcesses([99_999_999])).toEqual([])
    expect(await macos.listProcesses([])).toEqual([])
  })
})
