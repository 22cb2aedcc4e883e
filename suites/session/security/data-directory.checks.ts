// The data directory on a machine with several accounts: open to the user alone, whoever made it.
import { chmod, lstat, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { control, expectThat } from '../../expect.ts'
import { mustBeAlive } from '../alive.ts'
import { check, type SessionContext } from '../context.ts'
import { mustBeOver, sendScripted, typicalScript } from '../turns.ts'

export const privateData = check({
  id: 'session.security.private-data-directory',
  rule: 'SHOULD keep its data directory, and each file in it that holds a token or key, open to its user alone',
  covers: ['SEC-12'],
  catches: ['security.open-data-directory', 'security.open-token-file'],
  scope: 'own',
  // On Windows access lists say it; what `stat` gives there is made up.
  systems: ['linux', 'darwin'],
  async run(context) {
    await mustBeAlive(context.client, context.sidecar)
    const dataDir = await mkdtemp(join(tmpdir(), 'sidecheck-data-'))
    try {
      // As a desktop makes it that thinks no more of it.
      await chmod(dataDir, 0o755)
      await judgeWhileRunning(dataDir, context)
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  },
})

async function judgeWhileRunning(dataDir: string, context: SessionContext): Promise<void> {
  const { capabilities, model } = context
  const { client, sidecar } = await context.start({ dataDir })
  try {
    await control(async () => {
      const { turn } = await sendScripted({ client, model }, typicalScript({ capabilities }))
      await mustBeOver(turn)
    })
    // Nobody else comes past a directory that is closed, whatever the modes of what is in it.
    const open = await openTo(dataDir)
    expectThat(open === undefined, 'a data directory with mode 0700', `mode ${open}`)
    for (const path of await filesHolding([sidecar.token, model.apiKey], dataDir)) {
      const open = await openTo(join(dataDir, path))
      expectThat(open === undefined, `mode 0600 for ${path}, which holds a secret`, `mode ${open}`)
    }
  } finally {
    await sidecar.stop()
  }
}

/** The mode of what others than its user may read, write or enter; `undefined`: nobody else may. */
async function openTo(path: string): Promise<string | undefined> {
  const { mode } = await lstat(path)
  return (mode & 0o077) === 0 ? undefined : `0${(mode & 0o777).toString(8)}`
}

/** The files below `folder` in which one of `secrets` stands, as paths from there. Links are not followed. */
async function filesHolding(secrets: readonly string[], folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map(({ name, parentPath }) => join(parentPath, name))
  const holding: string[] = []
  for (const path of paths) {
    // The sidecar is at work: what it has removed meanwhile is no matter.
    const bytes = await readFile(path).catch(() => undefined)
    if (secrets.some((secret) => bytes?.includes(secret))) holding.push(path.slice(folder.length + 1))
  }
  return holding
}
