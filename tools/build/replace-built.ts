// Puts what was built in the place of what was built before, so that a half-built program is never taken for a whole one.
import { readdir, rename, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'

/** Its presence and its time tell `cli/sidecheck.js` whether the built program may be used. */
const mark = join('cli', 'main.js')

/**
 * Moves every entry of `staged` to `outDir` in place of the one of the same name; others stay (the reference bundle has its
 * place there too). The folder with the mark goes first and comes back last; the mark carries the time when the build
 * began, so that sources which changed meanwhile are newer.
 */
export async function replaceBuilt(staged: string, outDir: string, startedAt: Date): Promise<void> {
  await utimes(join(staged, mark), startedAt, startedAt)
  await rm(join(outDir, mark), { force: true })
  const entries = (await readdir(staged)).sort((a, b) => Number(mark.startsWith(a)) - Number(mark.startsWith(b)))
  for (const entry of entries) {
    await rm(join(outDir, entry), { recursive: true, force: true })
    await rename(join(staged, entry), join(outDir, entry))
  }
}
