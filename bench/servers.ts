// The two servers that are compared: the mock as it is shipped, and the bare one.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type MeteredServer, type ServerCommand, startMeteredServer } from './server-process.ts'

/** What the bare server answers, by path, whatever the request holds. */
export type BareAnswers = Readonly<Record<string, BareAnswer>>

export interface BareAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Written one by one; a single one is sent with its length. */
  readonly writes: readonly string[]
}

/** What every request to the mock carries. */
export const token = 'a-token-that-is-as-long-as-the-contract-asks'

/** Whether the mock is what `npm run build` has made of the sources as they are; otherwise the sources are run. */
export const mockIsBuilt = existsSync(mockBundle()) && newestSourceMs() <= statSync(mockBundle()).mtimeMs

/** The mock with these arguments. */
export function mockCommand(...args: readonly string[]): ServerCommand {
  const program = mockIsBuilt ? mockBundle() : join(root(), 'mock-sidecar', 'main.ts')
  return { argv: [program, ...args], env: { SIDECAR_TOKEN: token, SIDECAR_NONCE: 'bench' } }
}

/** The bare server; it answers what the file holds, or 404. */
export function bareCommand(...answersFile: readonly string[]): ServerCommand {
  return { argv: [fileURLToPath(import.meta.resolve('./bare-server.js')), ...answersFile] }
}

/** Starts a bare server that answers these bytes. */
export async function startBareServer(answers: BareAnswers): Promise<MeteredServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sidecheck-bench-'))
  try {
    const file = join(folder, 'answers.json')
    await writeFile(file, JSON.stringify(answers))
    return await startMeteredServer(bareCommand(file))
  } finally {
    await rm(folder, { recursive: true })
  }
}

function mockBundle(): string {
  return join(root(), 'dist', 'mock-sidecar', 'main.bundle.js')
}

function newestSourceMs(): number {
  const files = ['contracts', 'mock-sidecar'].flatMap((folder) =>
    readdirSync(join(root(), folder), { recursive: true, encoding: 'utf8' }).map((file) => join(root(), folder, file)),
  )
  return Math.max(...files.filter((file) => file.endsWith('.ts')).map((file) => statSync(file).mtimeMs))
}

function root(): string {
  return join(import.meta.dirname, '..')
}
