// What stands in request targets that nobody means well with.
import { words } from './lines.ts'

export const queries = words(`
? ?? ?x ?x=1 ?x=1&x=2 ?x[]=1 ?= ?&& ?%00 ?% ?%ff ?a=%2e%2e%2f ?x=?/../ ?a;b ?'
?_method=DELETE ?access_token=x ?session_id=x ?format=xml ?callback=x
`)

/** Put behind the path. */
export const pathSuffixes = [
  ...words('/ // /. /.. /%2e %00 %20 % %zz %c0%af %ff ;x=1 .json ~ * : + %0d%0a /../../x %C3%A9 %E2%80%A8 \\ ^ " | <'),
  ...['\u00e9', '#fragment', '\t', ' '],
]

/** Put before the path. */
export const pathPrefixes = words('/ // /. /api /x/.. /%2e%2e /v1 http://127.0.0.1 * x')

/** What web servers often serve, and sidecars must not. */
export const otherPaths = words(`
/ * /docs /openapi.json /redoc /favicon.ico /.env /metrics /api /api/session /admin /robots.txt
`)

/** Written where an identifier is meant. Nothing has one of these. */
export const identifiers = words(`
x new . .. %2e%2e ..%2f..%2f..%2fetc%2fpasswd ..%5c..%5cwindows%5cwin.ini %2f %5c %00 %0d%0aset-cookie:%20a=b %20
%F0%9F%98%80 %E2%80%A8 %ff %zz % %25 %2500 '%20OR%201=1 ; * ~ $HOME \`id\` [0] @ & = , ! __proto__ constructor
null undefined 0 -1 NaN
`)
