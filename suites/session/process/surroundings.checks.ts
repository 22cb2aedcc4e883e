// Odd surroundings: a locale without UTF-8, a model that is down, a folder, an environment and a clock that nobody planned for.
import { constants } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { ProcessTarget, Target } from '../../../harness/targets/target.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { mustBeAlive } from '../alive.ts'
import { check, type StartChanges } from '../context.ts'
import { portWithoutListener, tarpit } from './listeners.ts'
import { awkwardText, worksFully } from './smoke.ts'
import { mustStart } from './starts.ts'

export const anyLocale = check({
  id: 'session.process.any-locale',
  rule: 'MUST speak UTF-8 whatever the locale: `é漢😀` comes through turns, runs and cells with LANG=C, and in the name of its data directory',
  covers: ['LC-15'],
  catches: ['process.ascii-where-the-locale-is'],
  scope: 'own',
  async run(context) {
    await mustBeAlive(context.client, context.sidecar)
    await using place = await makeFolder()
    const env = ({ LC_CTYPE: _, ...env }: Record<string, string>) => ({ ...env, LANG: 'C', LC_ALL: 'C' })
    const dataDir = join(place.path, `data ${awkwardText}`)
    await worksFully(await mustStart(context, { dataDir, env }, 'with LANG=C'))
  },
})

export const withoutModel = check({
  id: 'session.process.healthy-without-its-model',
  rule: 'MUST become ready and answer /health and /ready where nothing listens at the address of its model',
  covers: ['LC-16', 'LC-05'],
  catches: ['health.asks-the-model', 'ready.asks-the-model'],
  scope: 'own',
  async run(context) {
    await mustBeAlive(context.client, context.sidecar)
    const nowhere = `http://127.0.0.1:${await portWithoutListener()}/v1`
    const env = (env: Record<string, string>) => ({ ...env, SIDECAR_MODEL_BASE_URL: nowhere })
    const { client, sidecar } = await mustStart(context, { env }, 'without its model')
    const { body } = await client.health()
    expectSame(body.boot_id, sidecar.ready?.['boot_id'], 'the boot_id of the ready line')
    await client.ready()
  },
})

export const anySurroundings = check({
  id: 'session.process.any-surroundings',
  rule: 'MUST work fully in a read-only folder with spaces and non-ASCII letters in its path, from any working directory, without a home, with proxies in its environment and in any time zone',
  covers: ['LC-17'],
  catches: [
    'process.uses-the-proxy',
    'process.writes-where-it-works',
    'process.needs-its-home',
    'process.tells-local-time',
  ],
  scope: 'own',
  async run(context) {
    await mustBeAlive(context.client, context.sidecar)
    await using place = await makeFolder()
    await using proxy = await tarpit()
    const { changes, cwd } = await oddStart(context.sidecar.target, place.path, proxy.url)
    const odd = await mustStart(context, changes, 'in odd surroundings')
    const askedNobody = () => expectSame(proxy.connections(), 0, 'connections to the proxy:')
    // Whoever waits for the proxy does not work: why says more than what.
    await worksFully(odd).finally(askedNobody)
    const { body } = await odd.client.newSession({})
    const awayMs = Math.abs(Date.parse(body.created_at) - Date.now())
    // A time without its Z is told elsewhere.
    expectThat(
      awayMs < 60_000 || !body.created_at.endsWith('Z'),
      'created_at in UTC',
      `${body.created_at}, ${Math.round(awayMs / 1_000)} s away`,
    )
    askedNobody()
    expectSame(await readdir(cwd), [], 'files in its working directory:')
  },
})

/** How the target starts in a place that it was not made for. A command keeps its working directory, which its words may depend on. */
async function oddStart(target: Target, place: string, proxy: string): Promise<{ changes: StartChanges; cwd: string }> {
  const [cwd, data, noFolder] = ['working', 'data dir', 'a file'].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ]
  await mkdir(cwd)
  await writeFile(noFolder, '')
  const home = join(noFolder, 'home')
  const proxies = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()])
  const env = (env: Record<string, string>) => ({
    ...env,
    ...Object.fromEntries(proxies.map((name) => [name, proxy])),
    HOME: home,
    USERPROFILE: home,
    // Five hours and three quarters from UTC.
    TZ: 'Asia/Kathmandu',
  })
  const moved = await control(async () => ({ target: await moveBundle(target, join(place, 'bundle')) }))
  const changes = { ...moved, dataDir: data, env, ...(target.name === 'command' ? {} : { cwd }) }
  return { changes, cwd }
}

/** A bundle runs wherever it is unpacked; anything else stays where it is. */
async function moveBundle(target: Target, to: string): Promise<Target> {
  if (target.kind === 'url' || target.bundle === undefined) return target
  const { bundle, file } = target
  await cp(bundle.dir, to, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE })
  await setFolders(to, 0o555)
  return { ...target, file: join(to, relative(bundle.dir, file)), bundle: { ...bundle, dir: to } } as ProcessTarget
}

/** A folder with letters of several scripts in its name, removed with the block, also where something in it is read-only. */
async function makeFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const root = await mkdtemp(join(tmpdir(), 'sidecheck-odd-'))
  const path = join(root, 'Ünï cödé 漢字 (1)')
  await mkdir(path)
  return {
    path,
    async [Symbol.asyncDispose]() {
      await setFolders(root, 0o755)
      await rm(root, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** Sets the mode of a folder and all folders in it: in a read-only one no file can be made, changed by renaming, or removed. */
async function setFolders(folder: string, mode: number): Promise<void> {
  if (mode & 0o200) await chmod(folder, mode)
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries) if (entry.isDirectory()) await setFolders(join(folder, entry.name), mode)
  await chmod(folder, mode)
}
