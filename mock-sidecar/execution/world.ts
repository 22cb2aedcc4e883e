// What a program finds around itself, as text: its folder, its environment, its process, what earlier cells have set.
import type { Given } from '../../fixtures/programs/given.ts'
import type { Outcome } from '../../fixtures/programs/outcome.ts'
import type { Rope } from './rope.ts'
import type { Keeps } from './rules.ts'
import type { Workspace, Workspaces } from './workspaces.ts'

export interface World {
  readonly workspaces: Workspaces
  readonly workspace: Workspace
  /** The names that earlier cells have set, with their `repr`. */
  readonly names: ReadonlyMap<string, string>
  readonly given: Given
  /** The process that runs the code; started where it is asked for. */
  readonly pid: () => number
  /** The processes that the code leaves behind. */
  readonly left: readonly number[]
  readonly environment: () => Readonly<Record<string, string>>
  /** The token, nonce and model key, which no code may see. */
  readonly secrets: Readonly<Record<string, string>>
  readonly keeps: Keeps
}

/** A name that nothing has set. */
export class UnknownName extends Error {
  override readonly name = 'UnknownName'
}

/** Puts values in the place of `${…}`. Throws an UnknownName. */
export function fill(template: string, world: World): string {
  return template.replace(/\$\{([^}]*)\}/g, (_, name: string) => valueNamed(name, world))
}

/** What `stdout` or `stderr` of an outcome comes to, text by text. Throws an UnknownName. */
export function printedBy(printed: Outcome['stdout'], world: World): Rope {
  const texts = printed === undefined ? [] : Array.isArray(printed) ? printed : [printed]
  return texts
    .map((text) => {
      if (typeof text === 'string') return { bytes: Buffer.from(fill(text, world)), times: 1 }
      if ('base64' in text) return { bytes: Buffer.from(text.base64, 'base64'), times: 1 }
      return { bytes: Buffer.from(text.repeat), times: text.times }
    })
    .filter(({ bytes }) => bytes.length > 0)
}

/** Whether the outcome speaks of the process that runs it. */
export function speaksOfItsProcess(outcome: Outcome): boolean {
  return JSON.stringify([outcome.stdout, outcome.stderr, outcome.result]).includes('{pid}')
}

function valueNamed(name: string, world: World): string {
  const { given, keeps, left, names, pid, secrets, workspace } = world
  if (name === 'pid') return String(pid())
  if (name === 'left') return left.join(' ')
  if (name === 'cwd') return workspace.path
  if (name === 'files') return JSON.stringify([...workspace.files.keys()].sort())
  if (name === 'argv')
    return JSON.stringify(keeps('scrubsArguments') ? ['program.py'] : ['program.py', ...tokens(secrets)])
  if (name === 'handles') return JSON.stringify(keeps('closesHandles') ? {} : { 7: JSON.stringify(secrets) })
  if (name === 'environment') return JSON.stringify(environmentOf(world))
  if (name.startsWith('file:')) return workspace.files.get(name.slice(5)) ?? 'none'
  const value = given[name] ?? names.get(name)
  if (value === undefined) throw new UnknownName(name)
  return String(value)
}

function environmentOf({ environment, keeps, secrets }: World): Readonly<Record<string, string>> {
  return keeps('scrubsEnvironment') ? environment() : { ...environment(), ...secrets }
}

function tokens(secrets: Readonly<Record<string, string>>): string[] {
  return Object.values(secrets)
}
