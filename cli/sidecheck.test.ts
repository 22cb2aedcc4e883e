// The program from the outside: what a user types, what they see, the exit code. Mistakes are one clear line, never a stack trace.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const program = join(import.meta.dirname, 'sidecheck.js')
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sidecheck-cli-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the program in an empty folder. */
function sidecheck(...args: string[]): Promise<Ended> {
  const env = { ...process.env, SIDECAR_TOKEN: undefined, NO_COLOR: '1' }
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

describe.concurrent('a mistake is one clear line and exit 2', () => {
  it.each<[says: RegExp, args: string[]]>([
    [/which sidecar\? Give --bundle DIR, --command "…", --url URL or --mock/, ['run']],
    [/--bundle is empty; is a variable not set\?/, ['run', '--bundle', '']],
    [/there is nothing at .*nowhere/, ['run', '--bundle', 'nowhere']],
    [/a bundle has a manifest\.json at its root; .* has none/, ['run', '--bundle', '.']],
    [/Expected an executable at "\/does\/not\/exist"/, ['run', '--command', '/does/not/exist']],
    [
      /nothing answers at http:\/\/127\.0\.0\.1:9: .*Is the sidecar running\?/,
      ['run', '--url', 'http://127.0.0.1:9', '--token', 't'],
    ],
    [/--url needs the token of that sidecar/, ['run', '--url', 'http://127.0.0.1:9']],
    [
      /--url needs http:\/\/127\.0\.0\.1:<port>; received https:\/\/example\.org/,
      ['run', '--url', 'https://example.org', '--token', 't'],
    ],
    [
      /no check is called session\.turn\.ends-twice; did you mean session\.turn\.ends-once\?/,
      ['run', '--mock', '--only', 'session.turn.ends-twice'],
    ],
    [
      /there is no fault turn\.end-twice; did you mean turn\.ends-twice\?/,
      ['run', '--mock', '--fault', 'turn.end-twice'],
    ],
    [/--fault and --scenario go with --mock/, ['run', '--command', 'x', '--fault', 'turn.ends-twice']],
    [/one sidecar at a time; received --command and --mock/, ['run', '--mock', '--command', 'x']],
    [/there is no flag --tiem-scale; did you mean --time-scale\?/, ['run', '--mock', '--tiem-scale', '2']],
    [/--time-scale needs a number of 1 or more; received abc/, ['run', '--mock', '--time-scale', 'abc']],
    [/--profile is one of p0, full; received p9/, ['run', '--mock', '--profile', 'p9']],
    [/--port needs a whole number from 0 to 65535; received 70000/, ['mock', '--port', '70000']],
    [/--port needs a whole number from 0 to 65535; received eighty/, ['mock', '--port', 'eighty']],
    [/there is no scenario hapy; did you mean happy\?/, ['mock', '--scenario', 'hapy']],
    [
      /there is nothing called session\.turn\.ends-onse; did you mean session\.turn\.ends-once\?/,
      ['explain', 'session.turn.ends-onse'],
    ],
    [/there is no command rum; did you mean run\?/, ['rum']],
    [/no frozen contract: there is no folder/, ['contract', 'diff', 'nowhere']],
  ])('%s', async (says, args) => {
    const { code, stderr } = await sidecheck(...args)
    expect(stderr).toMatch(says)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(code).toBe(2)
  })

  it('a configuration that does not parse', async () => {
    const config = join(folder, 'broken.config.ts')
    await writeFile(config, 'export default { command: ')
    const { code, stderr } = await sidecheck('run', '--config', config)
    expect(stderr).toMatch(/broken\.config\.ts cannot be read: /)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(code).toBe(2)
  })

  it('a configuration with an unknown word', async () => {
    const config = join(folder, 'unknown.config.ts')
    await writeFile(config, 'export default { comand: "python" }')
    const { code, stderr } = await sidecheck('run', '--config', config)
    expect(stderr).toMatch(/its default export: .*comand/)
    expect(code).toBe(2)
  })

  it('a port that is in use', async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await once(squatter, 'listening')
    const { port } = squatter.address() as { port: number }
    const { code, stderr } = await sidecheck('mock', '--port', String(port), '--no-token')
    squatter.close()
    expect(stderr).toMatch(new RegExp(`port ${port} cannot be had: .*choose another`))
    expect(code).toBe(2)
  })
})

describe('a run', () => {
  it('that cannot start its sidecar does not count: exit 3, said once', async () => {
    const script = join(folder, 'exits.mjs')
    await writeFile(script, 'process.exit(1)')
    const { code, stdout } = await sidecheck(
      'run',
      '--command',
      `"${process.execPath}" "${script}"`,
      '--report-dir',
      'gone',
    )
    expect(stdout.match(/did not start/g)).toHaveLength(1)
    expect(stdout).toMatch(/received an exit with code 1/)
    expect(code).toBe(3)
  })

  it('of one check writes its report and repeats by the command it names', async () => {
    const args = [
      'run',
      '--mock',
      '--fault',
      'turn.ends-twice',
      '--only',
      'session.turn.ends-once',
      '--report-dir',
      'red',
    ]
    const { code, stdout } = await sidecheck(...args)
    expect(code).toBe(1)
    expect(stdout).toMatch(/expected +after `(complete|error)` at event \d+ the stream must end/)
    expect(stdout).toContain('npx sidecheck run --mock --fault turn.ends-twice --only session.turn.ends-once')
    const result = JSON.parse(await readFile(join(folder, 'red', 'result.json'), 'utf8'))
    expect(result.summary).toMatchObject({ failed: 1, total: 1 })
    const transcript = await readFile(join(folder, 'red', result.checks[0].evidence.transcript), 'utf8')
    expect(transcript).toContain('event: complete')
    expect(transcript).not.toMatch(/Bearer [^<]/)
    expect(await readFile(join(folder, 'red', 'junit.xml'), 'utf8')).toContain('<failure')
  })

  it('with --json prints the result and nothing else', async () => {
    const { code, stdout } = await sidecheck('run', '--mock', '--only', 'session.health', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'urn:sidecheck:result:1', summary: { passed: 1, total: 1 } })
    expect(code).toBe(0)
  })
})

describe('sidecheck mock', () => {
  it('serves until its stdin ends, and shows the fault that was asked for', async () => {
    const child = spawn(
      process.execPath,
      [program, 'mock', '--no-token', '--seed', '1', '--fault', 'turn.ends-twice'],
      { cwd: folder },
    )
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
    const { port } = JSON.parse(line) as { port: number }
    const base = `http://127.0.0.1:${port}/api/session`
    const { session_id } = (await (await fetch(`${base}/new`, { method: 'POST' })).json()) as { session_id: string }
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"message":"Hello"}' }
    const text = await (await fetch(`${base}/${session_id}/message/stream`, init)).text()
    expect(text.match(/^event: complete$/gm)).toHaveLength(2)
    child.stdin.end()
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
  })
})

describe('sidecheck contract list', () => {
  it('names every operation, and the capability of those that not all serve', async () => {
    const { code, stdout } = await sidecheck('contract', 'list')
    expect(code).toBe(0)
    const line = (start: RegExp) => stdout.split('\n').find((text) => start.test(text))
    expect(line(/POST +\S+\/runs\/stream /)).toMatch(/ Served where `runs` is declared\.$/)
    expect(line(/DELETE +\S+\/kernel /)).toMatch(/ Served where `notebook` is declared\.$/)
    expect(line(/GET +\/health /)).not.toContain('Served where')
  })
})

describe('help', () => {
  it.each([['run'], ['mock'], ['contract'], ['explain']])('of %s fits a screen', async (command) => {
    const { code, stdout } = await sidecheck(command, '--help')
    expect(code).toBe(0)
    expect(stdout.split('\n').length).toBeLessThan(40)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })

  it('explains checks, codes, requirements and faults', async () => {
    for (const name of ['session.turn.ends-once', 'TURN_IN_PROGRESS', 'SSE-09', 'turn.ends-twice']) {
      const { code, stdout } = await sidecheck('explain', name)
      expect(code).toBe(0)
      expect(stdout).toContain(name)
    }
  })
})
