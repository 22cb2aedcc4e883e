// All samples follow the documented formats and were not recorded by us; windows-netstat-tcpv6.txt is as a German Windows writes it.
import { describe, expect, test } from 'vitest'
import { readSample } from './samples/read-sample.ts'
import { windows } from './windows.ts'
import { parseCimProcesses } from './windows-cim.ts'
import { parseNetstat } from './windows-netstat.ts'

describe('parseCimProcesses', () => {
  test('reads a list', () => {
    const none = { pgid: null, sid: null, state: 'running', dead: false }
    expect(parseCimProcesses(readSample('windows-cim.json'))).toEqual([
      { pid: 0, ppid: 0, startTime: 0, args: 'System Idle Process', ...none },
      { pid: 4, ppid: 0, startTime: 1795160401123, args: 'System', ...none },
      {
        pid: 7312,
        ppid: 6204,
        startTime: 1795161147512,
        args: '"C:\\Program Files\\Ünï\\sidecar.exe" --contract session/1 --port 0',
        ...none,
      },
    ])
  })

  test('reads a list of one, which is written without brackets, an empty one, and one behind a byte order mark', () => {
    const one = '{"ProcessId":9,"ParentProcessId":8,"Name":"a.exe","CommandLine":null,"StartMs":7}'
    expect(parseCimProcesses(`\ufeff${one}\r\n`)).toMatchObject([{ pid: 9, ppid: 8, args: 'a.exe', startTime: 7 }])
    expect(parseCimProcesses('\r\n')).toEqual([])
    expect(parseCimProcesses('[]')).toEqual([])
  })
})

describe('parseNetstat', () => {
  /** As Windows ends its lines, which a checkout may not keep. */
  const sample = (name: string) => readSample(name).replace(/\r?\n/g, '\r\n')

  test('gives who listens, whatever the language', () => {
    expect(parseNetstat(sample('windows-netstat-tcp.txt'))).toEqual([
      { pid: 1044, address: '0.0.0.0', port: 135, family: 'ipv4' },
      { pid: 7312, address: '127.0.0.1', port: 53412, family: 'ipv4' },
    ])
    expect(parseNetstat(sample('windows-netstat-tcpv6.txt'))).toEqual([
      { pid: 1044, address: '::', port: 135, family: 'ipv6' },
      { pid: 7312, address: '::1', port: 53413, family: 'ipv6' },
      { pid: 7312, address: 'fe80::1', port: 53414, family: 'ipv6' },
    ])
  })
})

test('the contract waits 7 s for taskkill', () => {
  expect(windows.forcedRungs.map(({ step, afterMs }) => [step, afterMs])).toEqual([['taskkill', 7_000]])
})

describe.runIf(process.platform === 'win32')('a living Windows', () => {
  test('lists this process', async () => {
    expect(await windows.listProcesses([process.pid])).toMatchObject([{ pid: process.pid, ppid: process.ppid }])
  })
})
