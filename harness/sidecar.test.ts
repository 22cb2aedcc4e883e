import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { bounds } from '../contracts/session/bounds.ts'
import { sessionContract } from '../contracts/session/contract.ts'
import { newRecorder } from './client/exchange.ts'
import { sendRequest } from './client/http-client.ts'
import { patience } from './client/patience.ts'
import { type ModelServer, startModelServer } from './model/server.ts'
import { type RunningSidecar, type StartOptions, startSidecar } from './sidecar.ts'
import { type ProcessTarget, TargetError } from './targets/target.ts'
import { urlTarget } from './targets/url.ts'
import { Verdict } from './verdict.ts'

let model: ModelServer
beforeAll(async () => {
  model = await startModelServer()
})
afterEach(() => {
  vi.unstubAllEnvs()
})
afterAll(() => model.close())

describe('a sidecar that becomes ready', () => {
  it('is given the arguments and the environment of the launch protocol', async () => {
    const sidecar = await start(tellsItsLaunch)
    const { argv, env } = (await ask(sidecar, '/launch')) as { argv: string[]; env: Record<string, string> }
    const dataDir = sidecar.dataDir ?? ''
    expect(argv).toEqual(['--contract', 'session/1', '--host', '127.0.0.1', '--port', '0', '--data-dir', dataDir])
    expect(env).toMatchObject({
      SIDECAR_TOKEN: sidecar.token,
      SIDECAR_NONCE: sidecar.nonce,
      SIDECAR_PARENT_PID: String(process.pid),
      SIDECAR_MODEL_BASE_URL: model.baseUrl,
      SIDECAR_MODEL_API_KEY: model.apiKey,
      PYTHONUNBUFFERED: '1',
    })
    expect(env).not.toHaveProperty('SIDECAR_ALLOWED_ORIGINS')
  })

  it('is given what the caller changes', async () => {
    const changes = { allowedOrigins: ['http://a', 'http://b'], env: (env: object) => ({ ...env, MORE: 'yes' }) }
    const sidecar = await start(tellsItsLaunch, { contentDir: '/content' }, changes)
    const { argv, env } = (await ask(sidecar, '/launch')) as { argv: string[]; env: Record<string, string> }
    expect(argv.slice(-2)).toEqual(['--content-dir', '/content'])
    expect(env).toMatchObject({ SIDECAR_ALLOWED_ORIGINS: 'http://a,http://b', MORE: 'yes' })
  })

  it('is handed over with what its ready line says, once it can work', async () => {
    const sidecar = await start(serving('const status = asked++ < 3 ? 503 : 200'))
    expect(sidecar.ready).toMatchObject({ pid: sidecar.process?.pid, nonce: sidecar.nonce })
    expect(sidecar.baseUrl).toBe(`http://127.0.0.1:${sidecar.ready?.['port']}`)
    expect(sidecar.capabilities).toEqual({ keepalive_ms: 123, sessions: { durable: false }, integrity: 'none' })
    expect(sidecar.client(newRecorder([])).keepaliveMs).toBe(123)
  })

  it('has a data folder of its own, which goes with it', async () => {
    const sidecar = await start(serving())
    expect(existsSync(sidecar.dataDir ?? '')).toBe(true)
    const report = await sidecar.stop()
    expect(report?.exit?.code).toBe(0)
    expect(existsSync(sidecar.dataDir ?? '')).toBe(false)
    expect(await sidecar.stop()).toBe(report)
  })

  it('leaves a data folder that it was given', async () => {
    const dataDir = await emptyFolder()
    const sidecar = await start(serving(), {}, { dataDir })
    await sidecar.stop()
    expect(existsSync(dataDir)).toBe(true)
  })
})

describe('a sidecar that does not become ready is a verdict, of the control', () => {
  it.each<[how: string, source: string, expected: string, received: RegExp]>([
    ['leaves', 'console.error("oh no"); process.exit(3)', 'a ready line', /received an exit with code 3 .*oh no/],
    ['says nothing', '', 'a ready line', /within 1500 ms, received nothing on stdout/],
    ['says something else first', 'console.log("Welcome!")', 'a ready line', /"Welcome!"/],
    ['echoes another nonce', 'sayReady(1, { nonce: "another" })', 'a ready line', /the nonce "another"/],
    ['serves another contract', 'sayReady(1, { contract: "agent/1" })', 'a ready line', /contract/],
    ['listens nowhere', 'sayReady(1)', 'an answer', /^a broken connection/],
    ['cannot work', serving('const status = 500'), '200 from GET /ready', /^500 /],
    ['never can work', serving('const status = 503'), '200 from GET /ready', /^503 /],
  ])('that %s', async (_, source, expected, received) => {
    const folder = await emptyFolder()
    for (const name of ['TMPDIR', 'TMP', 'TEMP']) vi.stubEnv(name, folder)
    const thrown = await start(source, { readyWithinMs: 1_500 }).catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(Verdict)
    const { facts } = thrown as Verdict
    expect(facts).toMatchObject({ expected, received: expect.stringMatching(received) })
    expect(await readdir(folder)).toEqual([])
  })

  it('which never shows the token', async () => {
    const thrown = await start('console.error(process.env.SIDECAR_TOKEN); process.exit(1)').catch((error) => error)
    expect((thrown as Verdict).facts.received).toContain('<secret>')
  })
})

describe('a mistake of the caller is no verdict', () => {
  it('where there is no program', async () => {
    const missing = start('', { file: join(tmpdir(), 'no-such-program') })
    await expect(missing).rejects.toThrow(TargetError)
    await expect(start('', { file: join(tmpdir(), 'no-such-program') })).rejects.toThrow(/^Expected .*ENOENT/)
  })

  it('and costs no data folder that was given', async () => {
    const dataDir = await emptyFolder()
    const missing = start('', { file: join(tmpdir(), 'no-such-program') }, { dataDir })
    await expect(missing).rejects.toThrow(TargetError)
    expect(existsSync(dataDir)).toBe(true)
  })
})

describe('a sidecar at a URL', () => {
  it('is asked what it declares, and left alone', async () => {
    const own = await start(serving())
    const found = await startSidecar(urlTarget(own.baseUrl, own.token), options())
    expect(found).toMatchObject({ baseUrl: own.baseUrl, token: own.token, capabilities: own.capabilities })
    expect(found.ready).toBeUndefined()
    expect(found.process).toBeUndefined()
    expect(await found.stop()).toBeUndefined()
    expect(own.process?.exit()).toBeNull()
  })

  it('is a mistake of the caller where the token is another', async () => {
    const own = await start(serving())
    await expect(startSidecar(urlTarget(own.baseUrl, 'another'), options())).rejects.toThrow(
      /^GET http:\S+\/api\/contract should answer 200; received 401 .* Is the token right\?$/,
    )
  })

  it('is a mistake of the caller where nothing answers', async () => {
    const own = await start(serving())
    await own.stop()
    const gone = startSidecar(urlTarget(own.baseUrl, own.token), options())
    await expect(gone).rejects.toThrow(TargetError)
    await expect(startSidecar(urlTarget(own.baseUrl, own.token), options())).rejects.toThrow(
      /^nothing answers at http:\S+: a broken connection .* Is the sidecar running\?$/,
    )
  })
})

/** What every program here begins with: it leaves with its stdin, and can say a right ready line. */
const prelude = `
  const { env, argv, pid, stdin } = process
  const http = require('node:http')
  let asked = 0
  const capabilities = { keepalive_ms: 123, sessions: { durable: false }, integrity: 'none' }
  stdin.on('end', () => process.exit(0)).resume()
  const sayReady = (port, more) => console.log(JSON.stringify({
    status: 'ready', contract: 'session/1', host: '127.0.0.1', port, pid, boot_id: 'b', nonce: env.SIDECAR_NONCE,
    sidecar_version: '1', capabilities, ...more }))
  const serve = (answer) => {
    const server = http.createServer((request, response) => {
      const right = request.headers.authorization === 'Bearer ' + env.SIDECAR_TOKEN
      const [status, body] = right ? answer(request.url) : [401, {}]
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
    server.listen(0, '127.0.0.1', () => sayReady(server.address().port))
  }
`

const tellsItsLaunch = `serve((url) => [200, url === '/launch' ? { argv: argv.slice(1), env } : {}])`

/** Serves \`/ready\` with the \`status\` that the line sets, and everything else rightly enough. */
function serving(line = 'const status = 200'): string {
  return `serve((url) => { ${line}; return [url === '/ready' ? status : 200, { contract: 'session/1', capabilities }] })`
}

async function start(
  source: string,
  change: Partial<ProcessTarget> = {},
  more: Partial<StartOptions> = {},
): Promise<RunningSidecar> {
  const target: ProcessTarget = {
    kind: 'process',
    name: 'command',
    describes: 'a test',
    file: process.execPath,
    args: ['-e', `${prelude}\n${source}`, '--'],
    readyWithinMs: 60_000,
    ...change,
  }
  const sidecar = await startSidecar(target, { ...options(), ...more })
  onTestFinished(async () => void (await sidecar.stop()))
  return sidecar
}

function options(): StartOptions {
  return { contract: sessionContract, model, patience: patience(1), bounds }
}

async function ask(sidecar: RunningSidecar, path: string): Promise<unknown> {
  const sent = await sendRequest({ method: 'GET', path }, sidecar.client(newRecorder([])))
  return sent.kind === 'plain' ? sent.answer.body : undefined
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sidecheck-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
