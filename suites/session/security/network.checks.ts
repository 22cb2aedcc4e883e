// Where the process listens: on loopback, on the one port of its ready line, seen from the system's own table and from another address.
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { snapshotTree } from '../../../harness/process/process-tree.ts'
import { currentSystem } from '../../../harness/process/system/current.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { mustBeAlive } from '../alive.ts'
import { check } from '../context.ts'

export const loopbackOnly = check({
  id: 'session.security.loopback-only',
  rule: 'MUST listen on loopback alone, and there on no other port than that of its ready line',
  covers: ['SEC-01', 'LC-03'],
  catches: ['process.listens-everywhere', 'process.second-port'],
  scope: 'own',
  async run({ client, sidecar }) {
    await mustBeAlive(client, sidecar)
    const { process, ready } = sidecar
    if (process === undefined) return
    const system = currentSystem()
    const tree = await snapshotTree(system, [await process.identity])
    const sockets = await system.listeningSockets(tree.map(({ pid }) => pid))
    await control(async () => expectThat(sockets.length > 0, 'a listening socket of the process', 'none'))
    for (const { address, port } of sockets) {
      expectThat(isLoopback(address), 'a socket on loopback', `${address}:${port}`)
      expectSame(port, ready?.['port'], 'the port of the ready line is the only one:')
    }
    for (const address of otherAddresses()) {
      const answered = await connects(address, Number(ready?.['port']))
      expectThat(!answered, `no connection at ${address}`, 'a connection')
    }
  },
})

/** Whether an address, as the system's own table writes it, is one of loopback. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.')
}

/** The addresses of this machine's other interfaces; none on a machine without a network, where the socket table decides alone. */
function otherAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .map(({ address }) => address)
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 })
    const settle = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket
      .once('connect', () => settle(true))
      .once('error', () => settle(false))
      .once('timeout', () => settle(false))
  })
}
