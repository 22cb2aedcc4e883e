import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  exitCodes,
  inheritedVariables,
  launchArguments,
  launchVariables,
  neverRestart,
  pythonVariables,
  readyLine,
} from './launch.ts'

const secrets = { token: 'secret', nonce: 'once', parentPid: 4711 }

describe('the arguments of a launch', () => {
  it('are those of the contract page, in its order', () => {
    expect(launchArguments({ contract: 'session/1', port: 0, dataDir: '/data dir' })).toEqual([
      '--contract',
      'session/1',
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--data-dir',
      '/data dir',
    ])
  })

  it('name the content folder where there is one', () => {
    const given = launchArguments({ contract: 'session/1', port: 53412, dataDir: 'C:\\d', contentDir: 'C:\\c ü' })
    expect(given.slice(4)).toEqual(['--port', '53412', '--data-dir', 'C:\\d', '--content-dir', 'C:\\c ü'])
  })

  it('hold no secret', () => {
    expect(launchArguments({ ...secrets, contract: 'x/1', port: 1, dataDir: 'd' }).join(' ')).not.toMatch(/secret|once/)
  })
})

describe('the variables of a launch', () => {
  it('are three where nothing else is wanted', () => {
    expect(launchVariables(secrets)).toEqual({
      SIDECAR_TOKEN: 'secret',
      SIDECAR_NONCE: 'once',
      SIDECAR_PARENT_PID: '4711',
    })
  })

  it('name origins, the model and Ollama where they are given', () => {
    const model = { baseUrl: 'http://127.0.0.1:1/v1', apiKey: 'key', name: 'm' }
    expect(
      launchVariables({ ...secrets, allowedOrigins: ['app://x', 'http://y'], model, ollamaUrl: 'http://z' }),
    ).toEqual({
      SIDECAR_TOKEN: 'secret',
      SIDECAR_NONCE: 'once',
      SIDECAR_PARENT_PID: '4711',
      SIDECAR_ALLOWED_ORIGINS: 'app://x,http://y',
      SIDECAR_MODEL_BASE_URL: 'http://127.0.0.1:1/v1',
      SIDECAR_MODEL_API_KEY: 'key',
      SIDECAR_MODEL: 'm',
      SIDECAR_OLLAMA_URL: 'http://z',
    })
  })

  it('are strings without a line end, on every system', () => {
    for (const value of Object.values({ ...launchVariables(secrets), ...pythonVariables }))
      expect(value).toMatch(/^.*$/)
  })

  it('that are handed on hold neither Python settings nor proxies', () => {
    expect(inheritedVariables).toHaveLength(20)
    expect(inheritedVariables.filter((name) => /PYTHON|PROXY|SIDECAR/i.test(name))).toEqual([])
  })
})

describe('the ready line', () => {
  const schema = readyLine('x/1', z.looseObject({ keepalive_ms: z.int() }))
  const line = {
    status: 'ready',
    contract: 'x/1',
    host: '127.0.0.1',
    port: 53412,
    pid: 4711,
    boot_id: '6f1c0b8e-2f43-4c0e-9a35-0f5f2f1e7a11',
    nonce: 'once',
    sidecar_version: '1.4.0',
    capabilities: { keepalive_ms: 1 },
  }

  it('is that of the contract page; members that nobody knows are kept', () => {
    expect(schema.parse({ ...line, more: 1 })).toEqual({ ...line, more: 1 })
  })

  it.each([
    ['another status', { status: 'starting' }],
    ['another contract', { contract: 'x/2' }],
    ['another host', { host: '0.0.0.0' }],
    ['no port yet', { port: 0 }],
    ['a port as text', { port: '53412' }],
    ['no nonce', { nonce: undefined }],
    ['other capabilities', { capabilities: {} }],
  ])('is refused with %s', (_name, change) => {
    expect(schema.safeParse({ ...line, ...change }).success).toBe(false)
  })
})

it('never restarts after bad arguments, a damaged bundle or an incompatible contract', () => {
  expect(neverRestart).toEqual([64, 77, 78])
  expect(Object.keys(exitCodes).map(Number)).toEqual([0, 1, 64, 69, 70, 73, 77, 78])
})
