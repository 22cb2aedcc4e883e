import { describe, expect, test } from 'vitest'
import { desktopEnvironment, sidecarEnvironment } from './environment.ts'

const given = { token: 'T', nonce: 'N', parentPid: 7 }

describe('sidecarEnvironment', () => {
  test('is the allow-list, the contract and nothing else', () => {
    const own = {
      PATH: '/bin',
      HOME: '/home/a',
      LC_ALL: 'C',
      AWS_SECRET_ACCESS_KEY: 's',
      PYTHONPATH: '/x',
      HTTP_PROXY: 'p',
    }
    expect(sidecarEnvironment(own, given, 'linux')).toEqual({
      PATH: '/bin',
      HOME: '/home/a',
      LC_ALL: 'C',
      SIDECAR_TOKEN: 'T',
      SIDECAR_NONCE: 'N',
      SIDECAR_PARENT_PID: '7',
      PYTHONUTF8: '1',
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
    })
  })

  test('names everything that it is given', () => {
    const all = {
      ...given,
      allowedOrigins: ['app://a', 'http://b'],
      model: { baseUrl: 'http://m/v1', apiKey: 'K', name: 'M' },
    }
    expect(sidecarEnvironment({}, { ...all, ollamaUrl: 'http://o' }, 'linux')).toMatchObject({
      SIDECAR_ALLOWED_ORIGINS: 'app://a,http://b',
      SIDECAR_MODEL_BASE_URL: 'http://m/v1',
      SIDECAR_MODEL_API_KEY: 'K',
      SIDECAR_MODEL: 'M',
      SIDECAR_OLLAMA_URL: 'http://o',
    })
  })

  test("does not hand on a SIDECAR_ variable of the launcher's own", () => {
    expect(sidecarEnvironment({ SIDECAR_MODEL_API_KEY: 'mine' }, given, 'linux')).not.toHaveProperty(
      'SIDECAR_MODEL_API_KEY',
    )
  })
})

describe('desktopEnvironment', () => {
  test('folds case on Windows only', () => {
    const own = { Path: 'C:\\bin', systemroot: 'C:\\Windows', Home: 'x' }
    expect(desktopEnvironment(own, 'win32')).toEqual(own)
    expect(desktopEnvironment(own, 'linux')).toEqual({})
  })
})
