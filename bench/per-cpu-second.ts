// How much a server does in a second of its own processor time. On a machine that is idle this is what it does in a second;
// on a busy one it stays the same, where a clock on the wall would measure the others.
import type { Contender } from './contest.ts'
import type { MeteredServer } from './server-process.ts'
import { stayAwake } from './stay-awake.ts'

/** A server that is measured by what `work` makes it do; `work` gives how many times that was. */
export function perCpuSecond(name: string, server: MeteredServer, work: () => Promise<number>): Contender {
  return {
    name,
    async measure() {
      const beforeMs = await server.usedCpuMs()
      const times = await stayAwake(work)
      return (times * 1_000) / ((await server.usedCpuMs()) - beforeMs)
    },
  }
}
