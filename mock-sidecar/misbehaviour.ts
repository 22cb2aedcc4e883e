// What the active faults do wrong with the process itself, each use reported once.
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Fault, ProcessFault } from './faults/fault.ts'

export interface Misbehaviour {
  /** What is written to stdout before anything else. */
  readonly banner: string | undefined
  /** What is written in place of the ready line. */
  readyLines(line: string): readonly string[]
  /** Whether the process shall not react. */
  ignores(what: 'ignoresStdinEnd' | 'ignoresParentDeath' | 'ignoresShutdown'): boolean
  /** Where to listen in place of loopback; `undefined`: on loopback. */
  listens(): string | undefined
  /** Opens the further ports that are asked for; they close with the process. */
  openPorts(): Promise<void>
  /** The code to leave with. */
  exitCode(asked: number): number
}

/** Joins the process faults among `faults`; `onUse` is called with the id of one when it first makes a difference. */
export function misbehaviour(faults: readonly Fault[], onUse: (fault: string) => void): Misbehaviour {
  const used = new Set<string>()
  const having = <Key extends keyof ProcessFault>(key: Key) =>
    faults.flatMap(({ id, process }) =>
      process?.[key] === undefined ? [] : [{ id, value: process[key] as NonNullable<ProcessFault[Key]> }],
    )
  const use = (id: string) => {
    if (used.has(id)) return
    used.add(id)
    onUse(id)
  }
  const [banner] = having('banner')
  if (banner !== undefined) use(banner.id)
  return {
    banner: banner?.value,
    readyLines: (line) =>
      having('readyLines').reduce<readonly string[]>(
        (lines, { id, value }) => {
          use(id)
          return lines.flatMap(value)
        },
        [line],
      ),
    ignores(what) {
      const ignoring = having(what)
      for (const { id } of ignoring) use(id)
      return ignoring.length > 0
    },
    listens() {
      const [elsewhere] = having('listens')
      if (elsewhere !== undefined) use(elsewhere.id)
      return elsewhere?.value
    },
    async openPorts() {
      for (const { id } of having('alsoListens')) {
        use(id)
        await once(createServer().listen(0, '127.0.0.1'), 'listening')
      }
    },
    exitCode(asked) {
      const [other] = having('exitCode')
      if (other === undefined) return asked
      use(other.id)
      return other.value
    },
  }
}
