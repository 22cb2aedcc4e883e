// What clients, proxies and attackers write into headers. `{port}`, `{token}` and `{origin}` stand for the sidecar's own.
import { lines } from './lines.ts'

/** Only the first two name the sidecar. */
export const hosts = lines(`
127.0.0.1:{port}
localhost:{port}
LOCALHOST:{port}
127.0.0.1
localhost

evil.example
evil.example:{port}
127.0.0.1.evil.example:{port}
localhost.:{port}
127.0.0.1:{port}0
127.0.0.1:0{port}
2130706433:{port}
0:{port}
[::1]:{port}
127.0.0.1:{port}@evil.example
user@127.0.0.1:{port}
127.0.0.1:{port}/
*
`)

/** Only the first may call. */
export const origins = lines(`
{origin}
null

file://
data:
http://evil.example
http://127.0.0.1:{port}
http://localhost:{port}
{origin}.evil.example
{origin}/
{origin}, {origin}
HTTP://DESKTOP.EXAMPLE:5173
vscode-webview://x
`)

/** Tokens that are wrong, or nearly right. */
export const authorizations = lines(`

Bearer
Bearer null
Bearer {token}x
Bearer x{token}
bearer {token}
Bearer  {token}
{token}
Basic {token}
Token {token}
Bearer {token},
Bearer "{token}"
Bearer \u00e9
Bearer %00
`)

export const contentTypes = lines(`
application/json
APPLICATION/JSON
application/json; charset=utf-8
application/json;charset="UTF-8"
application/json; charset=utf-16
application/json;
application/json; a=b; c="d;e"
application/json, text/plain
text/plain, application/json
application /json
application/jsonp
application/json-patch+json
application/problem+json
application/octet-stream
application/x-www-form-urlencoded
multipart/form-data; boundary=x
multipart/form-data
text/plain
text/json
text/event-stream
json
*/*
;
\u00e9

`)

/** Headers that mean nothing to a sidecar, with values: whoever obeys one of them has been talked into it. */
export const ignoredHeaders: readonly (readonly [name: string, values: readonly string[]])[] = lines(`
accept: */* | text/html | application/xml;q=0 | text/event-stream | application/json;q=0.1, */*;q=0 | | x | ,,,
accept-encoding: gzip, br, zstd | identity;q=0 | * | gzip;q=bad
accept-language: de | * | tlh-Latn;q=1.5
accept-charset: utf-16 | *;q=0
content-encoding: gzip | br | identity | x-none | gzip, gzip
content-language: de
content-range: bytes 0-1/2 | bytes */*
content-md5: x
expect: 100-continue | 100-Continue | 200-ok | x=y |
connection: close | keep-alive | upgrade | close, upgrade | authorization | x
upgrade: websocket | h2c | TLS/1.3, HTTP/3.0
te: trailers | gzip
trailer: authorization
range: bytes=0-0 | bytes=-1 | bytes=0-,0-,0- | x
if-match: * | "x" | x
if-none-match: * | "x" | W/"x"
if-modified-since: Thu, 01 Jan 2099 00:00:00 GMT | x
if-unmodified-since: Thu, 01 Jan 1970 00:00:00 GMT | x
x-http-method-override: DELETE | POST | SHUTDOWN | GET
x-http-method: DELETE | PUT
x-method-override: DELETE | PATCH
x-original-url: /shutdown | /health
x-rewrite-url: /shutdown | /health
x-forwarded-host: evil.example
x-forwarded-for: 127.0.0.1 | 8.8.8.8, x |
x-forwarded-proto: https | x
forwarded: for=_x;host=evil.example;proto=https | ;; | for="
via: 1.0 x
max-forwards: 0 | -1
cookie: a=b; a=c | = | token={token}
referer: http://evil.example/ | about:blank | x
user-agent: | \u00fc\u00ff | () { :; }; echo | {jndi:ldap://x}
last-event-id: 1 | x:1 | \u00e9
idempotency-key: "a" |
prefer: respond-async | return=minimal
sec-fetch-site: cross-site | none
sec-websocket-protocol: sidecar.v1, bearer.{token}
access-control-request-method: POST | DELETE | x
access-control-request-headers: authorization | *
date: x | Thu, 01 Jan 1970 00:00:00 GMT
pragma: no-cache
`).map((line) => {
  const [, name = '', values = ''] = /^([^:]*):(.*)$/.exec(line) ?? []
  return [name, values.split('|').map((value) => value.trim())]
})
