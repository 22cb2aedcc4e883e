// The output of `netstat -ano -p tcp` and `-p tcpv6`.
import type { ListeningSocket } from './process-system.ts'

/** Only a listener's foreign address has port 0. The word for its state is translated (`LISTENING`, `ABHÖREN`, …), so it is not read. */
const LISTENER = /^\s*TCP\s+(\S+):(\d+)\s+(?:0\.0\.0\.0|\[::\]):0\s+\S.*?\s+(\d+)\s*$/

export function parseNetstat(output: string): ListeningSocket[] {
  return output.split('\n').flatMap((row) => {
    const [, local = '', port, pid] = LISTENER.exec(row) ?? []
    if (!pid) return []
    const address = local.replace(/^\[|\]$/g, '').replace(/%\d+$/, '')
    return [{ pid: Number(pid), address, port: Number(port), family: local.startsWith('[') ? 'ipv6' : 'ipv4' }]
  })
}
