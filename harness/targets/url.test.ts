import { expect, it } from 'vitest'
import { TargetError } from './target.ts'
import { urlTarget } from './url.ts'

it.each([
  ['http://127.0.0.1:8765', 'http://127.0.0.1:8765'],
  ['http://localhost:8765/', 'http://localhost:8765'],
  ['http://127.0.0.1:8765/some/path?x=y', 'http://127.0.0.1:8765'],
])('%s is a sidecar on this machine', (url, baseUrl) => {
  expect(urlTarget(url, 'token')).toEqual({ kind: 'url', name: 'url', describes: baseUrl, baseUrl, token: 'token' })
})

it.each([
  '',
  '8765',
  '127.0.0.1:8765',
  'https://127.0.0.1:8765',
  'http://example.org',
  'http://0.0.0.0:1',
  'file:///x',
])('%j is none', (url) => {
  expect(() => urlTarget(url, 'token')).toThrow(TargetError)
  expect(() => urlTarget(url, 'token')).toThrow(/^--url needs http:\/\/127\.0\.0\.1:<port>; received .*$/)
})

it.each([undefined, ''])('needs its token, which %j is not', (token) => {
  expect(() => urlTarget('http://127.0.0.1:1', token)).toThrow(TargetError)
  expect(() => urlTarget('http://127.0.0.1:1', token)).toThrow(
    /^--url needs the token .*Give --token, or set SIDECAR_TOKEN\.$/,
  )
})

it('never shows the token', () => {
  expect(urlTarget('http://user:word@127.0.0.1:1/?token=t0ken', 't0ken').describes).toBe('http://127.0.0.1:1')
})
