// The kernel's table of TCP sockets, /proc/net/tcp and tcp6: who listens where, by inode.
import { SocketAddress } from 'node:net'
import type { ListeningSocket } from './process-system.ts'

const LISTEN = '0A'

export type Listener = Omit<ListeningSocket, 'pid'> & { inode: string }

export function parseListeners(table: string, family: 'ipv4' | 'ipv6'): Listener[] {
  const rows = table.split('\n').slice(1)
  return rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/)
    if (state !== LISTEN || !inode) return []
    const [address = '', port = ''] = local.split(':')
    return [{ address: ipAddress(address, family), port: Number.parseInt(port, 16), family, inode }]
  })
}

/** Addresses stand there as hexadecimal words of 32 bits in the machine's byte order: little-endian on x64 and arm64. */
function ipAddress(hex: string, family: 'ipv4' | 'ipv6'): string {
  const bytes = Buffer.from(hex, 'hex').swap32()
  if (family === 'ipv4') return bytes.join('.')
  const groups = bytes.toString('hex').match(/.{4}/g) ?? []
  return new SocketAddress({ address: groups.join(':'), family }).address
}
