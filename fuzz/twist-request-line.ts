// Methods and targets that are other than usual: wrong methods, encoded and doubled slashes, dots, queries, very long ones.
import { METHODS } from 'node:http'
import fc from 'fast-check'
import type { IdentifierChoice } from './request.ts'
import { one, type Twist } from './twist.ts'

const withMethod =
  (method: string): Twist =>
  (request) => ({ ...request, method })
const retarget =
  (change: (target: string) => string): Twist =>
  (request) => ({ ...request, target: change(request.target) })

/** Every method that Node's own server knows, and some that nobody does. */
const methods = fc.oneof(
  one(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'], withMethod),
  one(METHODS, withMethod),
  one(['get', 'FUZZ', 'X-Y', 'GE', 'POSTS'], withMethod),
)

const queries = fc.oneof(
  one(
    [
      ...[
        '?',
        '??',
        '?x',
        '?x=1',
        '?x=1&x=2',
        '?x[]=1',
        '?=',
        '?&&',
        '?%00',
        '?%',
        '?%ff',
        '?a=%2e%2e%2f',
        '?x=?/../',
        '?a;b',
      ],
      ...['?_method=DELETE', '?access_token=x', '?session_id=x', '?format=xml', '?callback=x', "?'"],
    ],
    (query) => retarget((target) => target + query),
  ),
  fc.integer({ min: 1, max: 10_000 }).map((length) => retarget((target) => `${target}?${'q'.repeat(length)}`)),
)

/** Other paths that look like the right one. */
const paths = fc.oneof(
  one(
    [
      ...[
        '/',
        '//',
        '/.',
        '/..',
        '/%2e',
        '%00',
        '%20',
        '%',
        '%zz',
        '%c0%af',
        '%ff',
        ';x=1',
        '.json',
        '~',
        '*',
        ':',
        '+',
        '%0d%0a',
      ],
      ...['/../../shutdownx', '\u00e9', '%C3%A9', '%E2%80%A8', '#fragment', '\t', ' ', '\\', '^', '"', '|', '<'],
    ],
    (suffix) => retarget((target) => target + suffix),
  ),
  one(['/', '//', '/.', '/api', '/x/..', '/%2e%2e', '/v1', 'http://127.0.0.1', '', '*', 'x'], (prefix) =>
    retarget((target) => prefix + target),
  ),
  fc.nat().map((place) => retarget((target) => encodeAt(target, place))),
  fc.nat().map((place) => retarget((target) => target.replace(slashAt(target, place), '%2F'))),
  fc.nat().map((place) => retarget((target) => target.replace(slashAt(target, place), '//'))),
  one([(text: string) => text.toUpperCase(), (text: string) => text.slice(0, -1), () => '/', () => '*'], (change) =>
    retarget((target) => (target.includes('{') ? target : change(target))),
  ),
  one(
    ['/docs', '/openapi.json', '/redoc', '/favicon.ico', '/.env', '/metrics', '/api', '/api/session', '/admin'],
    (path) => retarget(() => path),
  ),
  fc.integer({ min: 1, max: 20_000 }).map((length) => retarget((target) => `${target}/${'p'.repeat(length)}`)),
  fc.webPath().map((path) => retarget((target) => (path === '' ? target : path.replaceAll(/[{}]/g, '')))),
)

/** One letter of a fixed part as its percent-encoding: the same URL to whoever reads the standard. */
function encodeAt(target: string, place: number): string {
  const letters = [...target.matchAll(/\/(\w)/g)]
  const at = (letters[place % Math.max(1, letters.length)]?.index ?? 0) + 1
  return `${target.slice(0, at)}%${target.charCodeAt(at).toString(16)}${target.slice(at + 1)}`
}

/** One of the slashes, as a pattern. */
function slashAt(target: string, place: number): RegExp {
  const slashes = target.split('/').length - 1
  return new RegExp(`(?<=^(?:[^/]*/){${place % Math.max(1, slashes)}}[^/]*)/`)
}

/** What may stand where an identifier is meant. */
export const identifierChoices: fc.Arbitrary<IdentifierChoice> = fc.oneof(
  { arbitrary: fc.nat(30).map((known) => ({ known })), weight: 6 },
  { arbitrary: fc.nat(30).map((ended) => ({ ended })), weight: 2 },
  {
    arbitrary: fc
      .constantFrom(
        ...[
          'x',
          'new',
          '.',
          '..',
          '%2e%2e',
          '..%2f..%2f..%2fetc%2fpasswd',
          '..%5c..%5cwindows%5cwin.ini',
          '%2f',
          '%5c',
          '%00',
        ],
        ...[
          '%0d%0aset-cookie:%20a=b',
          '%20',
          '%F0%9F%98%80',
          '%E2%80%A8',
          '%ff',
          '%zz',
          '%',
          '%25',
          '%2500',
          "'%20OR%201=1",
          ';',
          '*',
        ],
        ...[
          '~',
          '$HOME',
          '`id`',
          '[0]',
          '@',
          '&',
          '=',
          ',',
          '!',
          '__proto__',
          'constructor',
          'null',
          'undefined',
          '0',
          '-1',
          'NaN',
        ],
      )
      .map((written) => ({ written })),
    weight: 3,
  },
  { arbitrary: fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/).map((written) => ({ written })), weight: 1 },
  {
    arbitrary: fc.string({ minLength: 1, maxLength: 12 }).map((text) => ({ written: encodeURIComponent(text) })),
    weight: 1,
  },
  { arbitrary: fc.integer({ min: 129, max: 9_000 }).map((length) => ({ written: 'i'.repeat(length) })), weight: 1 },
)

/** A request line that is other than usual. */
export const requestLineTwists: fc.Arbitrary<Twist> = fc.oneof(methods, queries, paths)
