// What is left of a kernel when its session ends, its sidecar stops or dies: no process, and no file that holds its key.
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bounds } from '../../../contracts/session/bounds.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import { cellAt, mustEnd, type Notebook, needsNotebook, openNotebook, printedBy } from '../kernels.ts'
import { mustBeGone, processOf } from '../processes.ts'
import { type FoundFile, filesWithKeys } from './files-with-keys.ts'

export const endsWithSession = check({
  id: 'session.kernel.ends-with-its-session',
  rule: 'MUST end the process of the kernel within 2 s of the end of its session',
  covers: ['NB-12', 'SES-03'],
  catches: ['kernel.outlives-its-session'],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    await using notebook = await openNotebook(context)
    const process = await processOfKernel(notebook)
    await control(() => context.client.endSession(notebook.ids))
    await mustBeGone([process], context, bounds.cancelMs, 'the end of the session')
  },
})

function processOfKernel(notebook: Pick<Notebook, 'run'>) {
  return control(async () => processOf(printedBy(cellAt(await notebook.run(['prints-its-pid']), 0))))
}

export const endsAtShutdown = check({
  id: 'session.kernel.ends-at-shutdown',
  rule: 'MUST end a batch at /shutdown with `error` CANCELLED, reason `shutdown`, and leave with the kernel gone within 5 s',
  covers: ['NB-12', 'SSE-17'],
  catches: ['run.outlives-shutdown', 'cells.hide-why-cancelled', 'shutdown.ignored'],
  scope: 'own',
  skip: needsNotebook,
  async run(context) {
    const notebook = await openNotebook(context)
    const batch = await control(() => notebook.send(['prints-its-pid-and-waits']))
    const process = await control(async () => processOf(await batch.printed(/\d+\s/)))
    expectSame((await context.client.ask('shutdown')).status, 202, '/shutdown answers')
    const { error } = await batch.stream.next('error', { withinMs: bounds.cancelMs })
    expectSame([error?.code, error?.context?.['reason']], ['CANCELLED', 'shutdown'], 'code and reason:')
    await batch.ended()
    const cell = cellAt(batch.cells(), 0)
    if (cell.result !== undefined) mustEnd(cell, 'cancelled', 'cancelled_shutdown')
    const own = await context.sidecar.process?.identity
    const all = own === undefined ? [process] : [process, own]
    await mustBeGone(all, context, bounds.stopMs, '/shutdown')
  },
})

export const endsWithTheSidecar = check({
  id: 'session.kernel.ends-with-the-sidecar',
  rule: 'MUST leave no kernel alive 10 s after the sidecar was killed',
  covers: ['NB-12', 'LC-09'],
  catches: ['kernel.outlives-the-sidecar'],
  scope: 'own',
  skip: needsNotebook,
  async run(context) {
    const { process } = context.sidecar
    const notebook = await openNotebook(context)
    const kernel = await processOfKernel(notebook)
    await control(async () => expectThat(process !== undefined, 'a sidecar that the harness started', 'a URL'))
    process?.signal('SIGKILL')
    await process?.exited
    await mustBeGone([kernel], context, bounds.orphanMs, 'the death of the sidecar')
  },
})

export const guardsKeys = check({
  id: 'session.kernel.connection-files',
  rule: 'MUST NOT keep the key of a kernel in a file that others can read, or in any file once its session has ended',
  covers: ['NB-12', 'SEC-12'],
  catches: ['kernel.open-connection-file', 'kernel.leaves-its-connection-file'],
  scope: 'own',
  systems: ['linux', 'darwin'],
  skip: needsNotebook,
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), 'sidecheck-keys-'))
    try {
      await lookForKeys(context, folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
})

/** Starts a sidecar whose temporary and data folders everyone may enter, so that only the modes of its own files guard them. */
async function lookForKeys(context: SessionContext, folder: string): Promise<void> {
  const [temporary, dataDir] = [join(folder, 'tmp'), join(folder, 'data')]
  for (const path of [folder, temporary, dataDir]) {
    await mkdir(path, { recursive: true })
    await chmod(path, 0o755)
  }
  const env = (env: Record<string, string>) => ({ ...env, TMPDIR: temporary, TEMP: temporary, TMP: temporary })
  const started = await context.start({ dataDir, env })
  const notebook = await openNotebook({ ...context, ...started })
  await notebook.run(['one-plus-one'])
  const exposed = (await filesWithKeys(folder)).filter(({ readable }) => readable)
  expectThat(exposed.length === 0, 'no key in a file that others can read', told(exposed))
  await control(() => started.client.endSession(notebook.ids))
  const left = await filesWithKeys(folder)
  expectThat(left.length === 0, 'no key in any file after the end of the session', told(left))
}

function told(files: readonly FoundFile[]): string {
  return files.map(({ mode, path }) => `${path} (${mode.toString(8)})`).join(', ')
}
