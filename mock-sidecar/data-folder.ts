// The folder of `--data-dir`: made, closed to other users, and held by one sidecar at a time, as every sidecar should.
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'

/** Opens the folder; a text says why it cannot be used. */
export async function openDataFolder(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { recursive: true, mode: forUser })
    await chmod(folder, forUser)
    return undefined
  } catch (error) {
    return `the data directory ${folder} cannot be used: ${(error as Error).message}`
  }
}

/** Who holds a folder. */
export interface Holder {
  readonly pid: number
  readonly port: number
  readonly boot_id: string
}

/**
 * Who holds the folder now; `undefined`: nobody. What stands in the file proves nothing, since a killed sidecar leaves it
 * behind and pids and ports are used again: the holder is whoever answers at that port with that boot_id.
 */
export async function holderOf(folder: string): Promise<Holder | undefined> {
  const text = await readFile(join(folder, fileName), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const holder = parseHolder(text)
  return holder !== undefined && (await bootIdAt(holder.port)) === holder.boot_id ? holder : undefined
}

/** Says who holds the folder from now on. */
export async function holdDataFolder(folder: string, holder: Holder): Promise<void> {
  const path = join(folder, fileName)
  await rm(path, { force: true })
  await writeFile(path, JSON.stringify(holder), { mode: 0o600 })
}

/** Nobody holds the folder any more. */
export async function releaseDataFolder(folder: string): Promise<void> {
  await rm(join(folder, fileName), { force: true })
}

const fileName = 'sidecar.json'

/** On Windows it changes nothing: there a folder below the user's own is closed already. */
const forUser = 0o700

function parseHolder(text: string): Holder | undefined {
  try {
    const { boot_id, pid, port } = (JSON.parse(text) ?? {}) as Partial<Holder>
    if (typeof boot_id !== 'string' || !Number.isInteger(pid) || !Number.isInteger(port)) return undefined
    return { boot_id, pid: Number(pid), port: Number(port) }
  } catch {
    return undefined
  }
}

/** The boot_id of the sidecar at this port; `undefined` where none answers soon. */
function bootIdAt(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const nobody = () => resolve(undefined)
    const request = get({ host: '127.0.0.1', port, path: '/health', timeout: 1_000 }, (response) => {
      const chunks: Buffer[] = []
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('error', nobody)
        .on('end', () => resolve(readBootId(Buffer.concat(chunks).toString())))
    })
    request.on('timeout', () => request.destroy()).on('error', nobody)
  })
}

function readBootId(body: string): string | undefined {
  try {
    return ((JSON.parse(body) ?? {}) as Partial<Holder>).boot_id
  } catch {
    return undefined
  }
}
