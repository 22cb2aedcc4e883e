// Headers that change nothing, and those that must change the answer: Host, Origin, token, types, tricks of other servers.
import fc from 'fast-check'
import { addHeader, withHeader, withoutHeader } from './request.ts'
import { one, type Twist } from './twist.ts'

const set =
  (name: string) =>
  (value: string): Twist =>
  (request) =>
    withHeader(request, name, value)
const add =
  (name: string) =>
  (value: string): Twist =>
  (request) =>
    addHeader(request, name, value)
const drop =
  (name: string): Twist =>
  (request) =>
    withoutHeader(request, name)

/** Who may call: a web page must never, under whatever name. */
const callers = fc.oneof(
  one(
    [
      ...[
        '127.0.0.1:{port}',
        'localhost:{port}',
        'LOCALHOST:{port}',
        '127.0.0.1',
        'localhost',
        '',
        'evil.example',
        '[::1]:{port}',
      ],
      ...[
        'evil.example:{port}',
        '127.0.0.1.evil.example:{port}',
        'localhost.:{port}',
        '127.0.0.1:{port}0',
        '127.0.0.1:0{port}',
      ],
      ...[
        '2130706433:{port}',
        '0:{port}',
        '127.0.0.1:{port}@evil.example',
        '127.0.0.1:{port}/',
        'user@127.0.0.1:{port}',
        '*',
      ],
    ],
    set('host'),
  ),
  one(['127.0.0.1:{port}', 'evil.example'], add('host')),
  fc.constant(drop('host')),
  one(
    [
      ...[
        '{origin}',
        'null',
        'file://',
        '',
        'http://evil.example',
        'http://127.0.0.1:{port}',
        'http://localhost:{port}',
      ],
      ...[
        '{origin}.evil.example',
        '{origin}/',
        '{origin}, {origin}',
        'HTTP://DESKTOP.EXAMPLE',
        'data:',
        'vscode-webview://x',
      ],
    ],
    set('origin'),
  ),
  one(['{origin}', 'http://evil.example'], add('origin')),
)

/** What a browser asks before a page may call. */
const preflights = one(
  ['{origin}', 'http://evil.example', 'null'],
  (origin) => (request) =>
    withHeader(
      withHeader({ ...request, method: 'OPTIONS' }, 'origin', origin),
      'access-control-request-method',
      'POST',
    ),
)

/** Tokens that are missing, wrong, or nearly right. */
const tokens = fc.oneof(
  fc.constant(drop('authorization')),
  one(
    [
      ...[
        '',
        'Bearer',
        'Bearer ',
        'Bearer null',
        'Bearer {token}x',
        'Bearer x{token}',
        'bearer {token}',
        'Bearer  {token}',
      ],
      ...[
        '{token}',
        'Basic {token}',
        'Token {token}',
        'Bearer {token},',
        'Bearer "{token}"',
        'Bearer \u00e9',
        'Bearer %00',
      ],
    ],
    set('authorization'),
  ),
  one(['Bearer {token}', 'Bearer wrong', ''], add('authorization')),
  one(
    ['{token}', 'Bearer {token}'],
    (value) => (request) => addHeader(withoutHeader(request, 'authorization'), 'x-token', value),
  ),
)

const contentTypes = fc.oneof(
  fc.constant(drop('content-type')),
  one(
    [
      ...[
        'application/json',
        'APPLICATION/JSON',
        'application/json; charset=utf-8',
        'application/json;charset="UTF-8"',
      ],
      ...[
        'application/json; charset=utf-16',
        'application/json;',
        'application/json; a=b; c="d;e"',
        ' application/json ',
      ],
      ...[
        'text/plain',
        'text/json',
        'application/jsonp',
        'application/json-patch+json',
        'application/problem+json',
        'json',
        '*/*',
      ],
      ...[
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'multipart/form-data',
        'text/event-stream',
        '',
      ],
      ...[
        'application/json, text/plain',
        'text/plain, application/json',
        'application /json',
        'application/octet-stream',
        ';',
        '\u00e9',
      ],
    ],
    set('content-type'),
  ),
  one(['application/json', 'text/plain'], add('content-type')),
)

/** Headers that mean nothing to a sidecar: whoever obeys one of them has been talked into it. */
const ignored = fc
  .constantFrom<[string, string[]]>(
    [
      'accept',
      [
        '*/*',
        'text/html',
        'application/xml;q=0',
        'text/event-stream',
        'application/json;q=0.1, */*;q=0',
        '',
        'x',
        ',,,',
      ],
    ],
    ['accept-encoding', ['gzip, br, zstd', 'identity;q=0', '*', 'gzip;q=bad']],
    ['accept-language', ['de', '*', 'tlh-Latn;q=1.5']],
    ['accept-charset', ['utf-16', '*;q=0']],
    ['content-encoding', ['gzip', 'br', 'identity', 'x-none', 'gzip, gzip']],
    ['content-language', ['de']],
    ['content-range', ['bytes 0-1/2', 'bytes */*']],
    ['content-md5', ['x']],
    ['expect', ['100-continue', '100-Continue', '200-ok', 'x=y', '']],
    ['connection', ['close', 'keep-alive', 'upgrade', 'close, upgrade', 'authorization', 'x']],
    ['upgrade', ['websocket', 'h2c', 'TLS/1.3, HTTP/3.0']],
    ['te', ['trailers', 'gzip']],
    ['range', ['bytes=0-0', 'bytes=-1', 'bytes=0-,0-,0-', 'x']],
    ['if-match', ['*', '"x"', 'x']],
    ['if-none-match', ['*', '"x"', 'W/"x"']],
    ['if-modified-since', ['Thu, 01 Jan 2099 00:00:00 GMT', 'x']],
    ['if-unmodified-since', ['Thu, 01 Jan 1970 00:00:00 GMT', 'x']],
    ['x-http-method-override', ['DELETE', 'POST', 'SHUTDOWN', 'GET']],
    ['x-http-method', ['DELETE', 'PUT']],
    ['x-method-override', ['DELETE', 'PATCH']],
    ['x-original-url', ['/shutdown', '/health']],
    ['x-rewrite-url', ['/shutdown', '/health']],
    ['x-forwarded-host', ['evil.example']],
    ['x-forwarded-for', ['127.0.0.1', '8.8.8.8, x', '']],
    ['x-forwarded-proto', ['https', 'x']],
    ['forwarded', ['for=_x;host=evil.example;proto=https', ';;', 'for="']],
    ['via', ['1.0 x']],
    ['max-forwards', ['0', '-1']],
    ['cookie', ['a=b; a=c', '=', 'token={token}']],
    ['referer', ['http://evil.example/', 'about:blank', 'x']],
    ['user-agent', ['', '\u00fc\u00ff', '() { :; }; echo', '{jndi:ldap://x}']],
    ['last-event-id', ['1', 'x:1', '\u00e9']],
    ['idempotency-key', ['"a"', '']],
    ['prefer', ['respond-async', 'return=minimal']],
    ['sec-fetch-site', ['cross-site', 'none']],
    ['sec-websocket-protocol', ['sidecar.v1, bearer.{token}']],
    ['access-control-request-method', ['POST', 'DELETE', 'x']],
    ['access-control-request-headers', ['authorization', '*']],
    ['date', ['x', 'Thu, 01 Jan 1970 00:00:00 GMT']],
    ['pragma', ['no-cache']],
    ['trailer', ['authorization']],
    ['x-empty', ['']],
  )
  .chain(([name, values]) => fc.tuple(fc.constant(name), fc.constantFrom(...values), fc.boolean()))
  .map(([name, value, isLoud]) => add(isLoud ? name.toUpperCase() : name)(value))

/** More of everything, as far as servers must take it and a little further. */
const many = fc.oneof(
  fc.integer({ min: 1, max: 300 }).map(
    (times): Twist =>
      (request) => ({
        ...request,
        headers: [...request.headers, ...Array.from({ length: times }, (_, place) => [`x-h-${place}`, 'v'] as const)],
      }),
  ),
  fc.integer({ min: 1, max: 20_000 }).map((length) => set('x-long')('v'.repeat(length))),
  fc
    .string({ unit: fc.integer({ min: 1, max: 0xff }).map((byte) => String.fromCharCode(byte)), maxLength: 8 })
    .map(add('x-bytes')),
  fc.string({ unit: 'binary-ascii', maxLength: 8 }).map(
    (name): Twist =>
      (request) =>
        addHeader(request, `x${name}`, 'v'),
  ),
)

/** One header that is other than usual. */
export const headerTwists: fc.Arbitrary<Twist> = fc.oneof(
  { arbitrary: ignored, weight: 9 },
  { arbitrary: callers, weight: 3 },
  { arbitrary: tokens, weight: 2 },
  { arbitrary: contentTypes, weight: 4 },
  { arbitrary: preflights, weight: 1 },
  { arbitrary: many, weight: 1 },
)
