// What every system must find of a process that listens, asked of the one that the tests run on.
import { expect, test } from 'vitest'
import { launchForTest, nodeProgram } from '../fixtures/launch-for-test.ts'
import { currentSystem } from './current.ts'

const listens = `
  const servers = ['127.0.0.1', '0.0.0.0'].map((host) => require('node:net').createServer().listen(0, host))
  Promise.all(servers.map((s) => new Promise((up) => s.once('listening', () => up(s.address().port))))).then((ports) =>
    console.log(JSON.stringify(ports)))`

test('finds the sockets that a process listens on, and none of others', async () => {
  const system = currentSystem()
  const launched = await launchForTest(nodeProgram(listens))
  const silent = await launchForTest(nodeProgram('setInterval(() => {}, 1e6)'))
  const [local, open] = JSON.parse((await launched.nextLine())?.text ?? '')
  const found = await system.listeningSockets([launched.pid, silent.pid])
  expect(found.toSorted((a, b) => b.address.localeCompare(a.address))).toEqual([
    { pid: launched.pid, address: '127.0.0.1', port: local, family: 'ipv4' },
    { pid: launched.pid, address: '0.0.0.0', port: open, family: 'ipv4' },
  ])
  expect(await system.listeningSockets([])).toEqual([])
})
