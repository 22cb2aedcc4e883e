// Where a kernel works and what it knows: the workspace of its session, no other session, no secret of the sidecar.
import { program } from '../../../fixtures/programs/programs.ts'
import { snapshotTree } from '../../../harness/process/process-tree.ts'
import { currentSystem } from '../../../harness/process/system/current.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import {
  type Cell,
  cellAt,
  mustEnd,
  mustNotKnow,
  needsNotebook,
  openNotebook,
  printedBy,
  traceable,
} from '../kernels.ts'
import { needsRuns, startRun } from '../runs.ts'
import { isLoopback } from '../security/network.checks.ts'

export const apart = check({
  id: 'session.kernel.apart',
  rule: 'MUST give each session a kernel of its own: another process, another folder, and nothing of the names, files and environment of others',
  covers: ['NB-11', 'SES-04'],
  catches: [
    'kernel.shared-by-sessions',
    'run.shares-the-workspace',
    'run.starts-elsewhere',
    'kernel.shared-environment',
  ],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    await using one = await openNotebook(context)
    await using other = await openNotebook(context)
    const { leaving, neverRan } = traceable()
    const set = await one.run(['prints-its-pid', 'prints-its-folder', 'sets-a-name', 'sets-the-environment', leaving])
    await control(async () => {
      for (const cell of set) mustEnd(cell, 'ok', 'normal')
    })
    const looking = ['prints-its-pid', 'prints-its-folder', 'reveals-its-world', 'shows-a-name']
    const seen = await other.run(looking)
    for (const [place, what] of ['process', 'folder'].entries()) {
      const [mine, theirs] = [printedBy(cellAt(set, place)).trim(), printedBy(cellAt(seen, place)).trim()]
      expectThat(mine !== theirs, `another ${what} for another session`, `${mine} for both`, cellAt(seen, place).at)
    }
    mustNotKnow(cellAt(seen, 3))
    const { environ } = await worldIn(cellAt(seen, 2))
    expectThat(environ['LEAKED'] === undefined, 'no variable of another session', 'LEAKED in the environment')
    await neverRan(other)
  },
})

export const workspace = check({
  id: 'session.kernel.workspace',
  rule: 'MUST run cells in the workspace of their session, where the runs of its user work too',
  covers: ['NB-11'],
  catches: ['kernel.works-elsewhere'],
  scope: 'shared',
  skip: (capabilities) => needsNotebook(capabilities) ?? needsRuns(capabilities),
  async run(context) {
    await using notebook = await openNotebook(context)
    const text = `left at ${crypto.randomUUID()}`
    await control(async () => {
      const run = await startRun(context, program('writes-a-file', { TEXT: text }), {
        sessionId: notebook.ids.session_id,
      })
      const { result } = await run.stream.next('run_complete')
      expectSame(result.status, 'ok', 'a run that writes a file ends', run.at)
      await run.stream.ended()
    })
    const read = cellAt(await notebook.run(['reads-a-file']), 0)
    mustEnd(read, 'ok', 'normal')
    expectSame(printedBy(read).trim(), text, 'the file that a run of the user wrote:', read.at)
  },
})

export const keepsSecrets = check({
  id: 'session.kernel.keeps-secrets',
  rule: 'MUST keep token, nonce and model key out of the environment, the arguments, the folder and the open handles of a kernel',
  covers: ['EXE-14'],
  catches: ['run.sees-secrets-in-its-environment', 'run.sees-secrets-in-its-arguments', 'run.inherits-handles'],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    const { model, sidecar } = context
    await using notebook = await openNotebook(context)
    const cell = cellAt(await notebook.run(['reveals-its-world']), 0)
    const { argv, environ, files, handles } = await worldIn(cell)
    const places = { environment: environ, arguments: argv, folder: files, handles }
    for (const [place, held] of Object.entries(places)) {
      for (const [name, secret] of Object.entries({
        token: sidecar.token,
        nonce: sidecar.nonce,
        'model key': model.apiKey,
      }))
        expectThat(!holds(held, secret), `no ${name} in its ${place}`, `the ${name}`, cell.at)
    }
  },
})

interface World {
  readonly environ: Readonly<Record<string, string>>
  readonly argv: readonly string[]
  readonly files: readonly string[]
  readonly handles: Readonly<Record<string, string>>
}

/** What `reveals-its-world` printed: a control, since only then there is something to search. */
function worldIn(cell: Cell): Promise<World> {
  return control(async () => {
    mustEnd(cell, 'ok', 'normal')
    const world = parsed(printedBy(cell))
    expectThat(
      Object.keys(world?.environ ?? {}).length > 0,
      'a program that tells its environment',
      printedBy(cell),
      cell.at,
    )
    return { environ: {}, argv: [], files: [], handles: {}, ...world }
  })
}

function parsed(text: string): Partial<World> | undefined {
  try {
    return JSON.parse(text) as Partial<World>
  } catch {
    return undefined
  }
}

/** A short secret, such as the key of a sidecar that runs already, may be part of a path: it counts only as a whole. */
function holds(held: object, secret: string): boolean {
  if (secret === '') return false
  return Object.values(held).some((text) => text === secret || (secret.length >= 16 && String(text).includes(secret)))
}

export const loopbackOnly = check({
  id: 'session.kernel.loopback-only',
  rule: 'MUST listen on loopback alone while a kernel runs, whatever the kernel opens',
  covers: ['LC-03', 'NB-12'],
  catches: ['process.listens-everywhere'],
  scope: 'own',
  skip: needsNotebook,
  async run(context) {
    await using notebook = await openNotebook(context)
    await notebook.run(['one-plus-one'])
    const { process } = context.sidecar
    if (process === undefined) return
    const system = currentSystem()
    const tree = await snapshotTree(system, [await process.identity])
    const sockets = await system.listeningSockets(tree.map(({ pid }) => pid))
    await control(async () => expectThat(sockets.length > 0, 'a listening socket of the process', 'none'))
    for (const { address, port } of sockets)
      expectThat(isLoopback(address), 'a socket on loopback', `${address}:${port}`)
  },
})
