// The output of `lsof -nP -a -iTCP -sTCP:LISTEN -p … -Fptn`: one field per line, its first letter says which.
import type { ListeningSocket } from './process-system.ts'

/** Per process `p<pid>`; per file `f<descriptor>`, `t<IPv4|IPv6>`, `n<address>:<port>`, the address `*` or in brackets. */
export function parseLsof(output: string): ListeningSocket[] {
  const sockets: ListeningSocket[] = []
  let pid = 0
  let family: ListeningSocket['family'] = 'ipv4'
  for (const line of output.split('\n')) {
    const value = line.slice(1)
    if (line.startsWith('p')) pid = Number(value)
    if (line.startsWith('t')) family = value === 'IPv6' ? 'ipv6' : 'ipv4'
    if (line.startsWith('n')) sockets.push({ pid, family, ...parseName(value, family) })
  }
  return sockets.filter(isNew)
}

function parseName(name: string, family: ListeningSocket['family']): { address: string; port: number } {
  const colon = name.lastIndexOf(':')
  const address = name.slice(0, colon).replace(/^\[|\]$/g, '')
  const any = family === 'ipv6' ? '::' : '0.0.0.0'
  return { address: address === '*' ? any : address, port: Number(name.slice(colon + 1)) }
}

/** A socket that stands on two descriptors of one process is one socket. */
function isNew(socket: ListeningSocket, index: number, all: readonly ListeningSocket[]): boolean {
  const same = (other: ListeningSocket) =>
    other.pid === socket.pid &&
    other.port === socket.port &&
    other.address === socket.address &&
    other.family === socket.family
  return all.findIndex(same) === index
}
