// `sidecheck.config.ts` in the folder where the program runs: how to launch a sidecar, and what it calls its tools.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { UsageError } from './usage-error.ts'

const Config = z.strictObject({
  command: z.string().min(1).optional(),
  bundle: z.string().min(1).optional(),
  url: z.string().min(1).optional(),
  contentDir: z.string().min(1).optional(),
  profile: z.enum(['p0', 'full']).optional(),
  only: z.array(z.string()).optional(),
  skip: z.array(z.string()).optional(),
  reportDir: z.string().min(1).optional(),
  timeScale: z.number().min(1).optional(),
})

/** What a `sidecheck.config.ts` may say; each has a flag of the same name, which wins. */
export type SidecheckConfig = z.infer<typeof Config>

/** The configuration in `file`, or in the first `sidecheck.config.*` of `folder`; empty where there is none. */
export async function loadConfig(folder: string, file?: string): Promise<SidecheckConfig> {
  const path = file === undefined ? findConfig(folder) : resolve(folder, file)
  if (path === undefined) return {}
  if (!existsSync(path)) throw new UsageError(`--config names ${path}, where there is no file`)
  const module = await load(path)
  const parsed = Config.safeParse(module.default)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue?.path.length === 0 ? 'its default export' : `\`${issue?.path.join('.')}\``
  throw new UsageError(`${path}: ${where}: ${issue?.message}. See docs/guides for what a configuration may say.`)
}

function findConfig(folder: string): string | undefined {
  return ['ts', 'mts', 'js', 'mjs'].map((ending) => join(folder, `sidecheck.config.${ending}`)).find(existsSync)
}

async function load(path: string): Promise<{ default?: unknown }> {
  try {
    return (await import(pathToFileURL(path).href)) as { default?: unknown }
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message.split('\n')[0]}`)
  }
}
