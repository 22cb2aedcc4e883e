// Methods and targets that are other than usual: wrong methods, encoded and doubled slashes, dots, queries, very long ones.
import { METHODS } from 'node:http'
import fc from 'fast-check'
import { otherPaths, pathPrefixes, pathSuffixes, queries } from './hostile-targets.ts'
import { one, type Twist } from './twist.ts'

const withMethod =
  (method: string): Twist =>
  (request) => ({ ...request, method })
const retarget =
  (change: (target: string) => string): Twist =>
  (request) => ({ ...request, target: change(request.target) })

/** Every method that Node's own server knows, and some that nobody does. */
const methods = fc.oneof(
  { arbitrary: one(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'], withMethod), weight: 3 },
  { arbitrary: one(METHODS, withMethod), weight: 2 },
  { arbitrary: one(['get', 'FUZZ', 'X-Y', 'GE', 'POSTS'], withMethod), weight: 1 },
)

const longQuery = fc.integer({ min: 1, max: 10_000 }).map((length) => `?${'q'.repeat(length)}`)
const longPath = fc.integer({ min: 1, max: 10_000 }).map((length) => `/${'p'.repeat(length)}`)

/** Something behind the target, or before it. */
const around = fc.oneof(
  { arbitrary: one(queries, (query) => retarget((target) => target + query)), weight: 5 },
  { arbitrary: one(pathSuffixes, (suffix) => retarget((target) => target + suffix)), weight: 4 },
  { arbitrary: one(pathPrefixes, (prefix) => retarget((target) => prefix + target)), weight: 2 },
  { arbitrary: fc.oneof(longQuery, longPath).map((suffix) => retarget((target) => target + suffix)), weight: 1 },
)

/** Another path, or the same one written otherwise. */
const elsewhere = fc.oneof(
  fc.nat().map((place) => retarget((target) => encodeAt(target, place))),
  fc.nat().map((place) => retarget((target) => target.replace(slashAt(target, place), '%2F'))),
  fc.nat().map((place) => retarget((target) => target.replace(slashAt(target, place), '//'))),
  one([(text: string) => text.toUpperCase(), (text: string) => text.slice(0, -1)], (change) =>
    retarget((target) => (target.includes('{') ? target : change(target))),
  ),
  one(otherPaths, (path) => retarget(() => path)),
  fc.webPath().map((path) => retarget(() => `/${path.replaceAll(/[{}]/g, '')}`)),
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

/** A request line that is other than usual. */
export const requestLineTwists: fc.Arbitrary<Twist> = fc.oneof(methods, around, elsewhere)
