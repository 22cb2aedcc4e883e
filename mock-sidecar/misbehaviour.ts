// What the active faults do wrong with the process itself, each use reported once.
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Fault, Obstacle, ProcessFault } from './faults/fault.ts'

export interface Misbehaviour {
  /** What is written to stdout before anything else. */
  readonly banner: string | undefined
  /** What is written in place of the ready line. */
  readyLines(line: string): readonly string[]
  /** Whether the process shall not react. */
  ignores(what: Ignored): boolean
  /** Whether it starts in spite of this. */
  forgives(what: Obstacle): boolean
  /** The code with which it refuses to start. */
  failureCode(right: number): number
  /** What it does before it listens; a text says why it refuses to start. */
  begin(dataDir: string): Promise<string | undefined>
  /** Its boot_id; `undefined`: a new one. */
  bootId(dataDir: string): string | undefined
  /** Whether it declares that sessions are durable, and keeps them; `undefined`: it does neither. */
  durable(): 'kept' | 'claimed' | undefined
  /** Where to listen in place of loopback; `undefined`: on loopback. */
  listens(): string | undefined
  /** Opens the further ports that are asked for; they close with the process. */
  openPorts(): Promise<void>
  /** Spoils the data directory. */
  spoilData(folder: string, token: string): Promise<void>
  /** The code to leave with. */
  exitCode(asked: number): number
  /** Whether a second signal makes a difference. */
  readonly waitsForSecondSignal: boolean
}

type Ignored =
  | 'ignoresStdinEnd'
  | 'ignoresParentDeath'
  | 'ignoresShutdown'
  | 'ignoresSignals'
  | 'hangsOnSecondSignal'
  | 'listensLate'

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
  /** Where several say it the first counts. */
  const first = <Key extends keyof ProcessFault>(key: Key): NonNullable<ProcessFault[Key]> | undefined => {
    const [found] = having(key)
    if (found !== undefined) use(found.id)
    return found?.value
  }
  return {
    banner: first('banner'),
    readyLines: (line) =>
      having('readyLines').reduce<readonly string[]>(
        (lines, { id, value }) => {
          use(id)
          return lines.flatMap(value)
        },
        [line],
      ),
    waitsForSecondSignal: having('hangsOnSecondSignal').length > 0,
    ignores(what) {
      const ignoring = having(what)
      for (const { id } of ignoring) use(id)
      return ignoring.length > 0
    },
    forgives(what) {
      const forgiving = having('forgives').filter(({ value }) => value.includes(what))
      for (const { id } of forgiving) use(id)
      return forgiving.length > 0
    },
    failureCode: (right) => first('failsWith') ?? right,
    async begin(dataDir) {
      const reasons: (string | undefined)[] = []
      for (const { id, value } of having('begins')) reasons.push(await value(dataDir, () => use(id)))
      return reasons.find((reason) => reason !== undefined)
    },
    bootId: (dataDir) => first('bootId')?.(dataDir),
    durable() {
      const [durable] = having('durable')
      if (durable?.value === 'claimed') use(durable.id)
      return durable?.value
    },
    listens: () => first('listens'),
    async openPorts() {
      for (const { id } of having('alsoListens')) {
        use(id)
        await once(createServer().listen(0, '127.0.0.1'), 'listening')
      }
    },
    async spoilData(folder, token) {
      for (const { id, value } of having('spoilsData')) {
        use(id)
        await value(folder, token)
      }
    },
    exitCode: (asked) => first('exitCode') ?? asked,
  }
}
