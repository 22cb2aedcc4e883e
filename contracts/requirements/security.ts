// SEC: a server on loopback that web pages, other users and its own user code can reach.
import { area, everyContract } from './area.ts'

const gate = ['SEC-01', 'SEC-02', 'SEC-03', 'SEC-04', 'SEC-05', 'SEC-06']

export const securityRequirements = area(gate, [
  {
    id: 'SEC-01',
    level: 'MUST',
    contracts: ['session/1', 'agent/1', 'backend/1', 'tasks/1'],
    says: 'It listens on loopback alone; only tasks/1 may listen elsewhere, with `--allow-lan` and a token.',
    breaks: '0.0.0.0 or ::',
  },
  {
    id: 'SEC-02',
    level: 'MUST',
    contracts: ['session/1', 'agent/1', 'tasks/1'],
    says: 'Without the right token every route but `/health` answers 401, routes that do not exist and WebSockets included, and nothing is done; only the preflight of an allowed origin needs none.',
    breaks: 'an open `/shutdown`, open API documentation',
  },
  {
    id: 'SEC-03',
    level: 'MUST',
    contracts: ['session/1', 'agent/1', 'tasks/1'],
    says: 'A `Host` other than exactly `127.0.0.1:<port>` or `localhost:<port>` is refused with 421, with or without an `Origin`.',
    breaks: 'only `Origin` is looked at (inspector #1161), or only how `Host` begins',
  },
  {
    id: 'SEC-04',
    level: 'MUST',
    contracts: ['session/1', 'agent/1', 'tasks/1'],
    says: 'An `Origin` that is not among the allowed ones is refused with 403, and `null` always.',
    breaks: 'pages from `file://`, which say `null`, are let in',
  },
  {
    id: 'SEC-05',
    level: 'MUST',
    contracts: ['session/1', 'agent/1', 'tasks/1'],
    says: 'No answer allows any origin, an origin that was not configured or `null`, and none allows credentials.',
    breaks: 'the origin of the request is sent back as allowed (magnitude #78)',
  },
  {
    id: 'SEC-06',
    level: 'MUST',
    contracts: ['session/1', 'agent/1', 'tasks/1'],
    says: 'No request that a web page can send without asking changes anything: GET has no effect, and a body that is not `application/json` is refused with 415.',
    breaks: 'a form that shuts the sidecar down',
  },
  {
    id: 'SEC-07',
    level: 'MUST',
    contracts: ['tasks/1'],
    says: 'A WebSocket from a foreign origin or without the token is refused before any data.',
    breaks: 'any web page reads along',
  },
  {
    id: 'SEC-08',
    level: 'SHOULD',
    contracts: ['session/1', 'agent/1', 'tasks/1'],
    says: 'Heads and bodies that trickle in are cut off, and 200 idle connections do not keep `/health` from answering.',
    breaks: 'memory that fills, a server that stalls',
  },
  {
    id: 'SEC-09',
    level: 'MUST',
    contracts: everyContract,
    says: 'The token stands in no URL, log, argument, error, ready line or crash file, and the nonce nowhere but in the ready line.',
    breaks: 'the token in the process list or in a log',
  },
  {
    id: 'SEC-10',
    level: 'MUST',
    contracts: ['session/1', 'agent/1', 'tasks/1'],
    says: 'Errors hold no traceback, home path, environment or source, save the traceback of user code in its own member.',
    breaks: 'the debug page of a framework',
  },
  {
    id: 'SEC-11',
    level: 'MUST',
    contracts: ['session/1'],
    says: 'No parameter of a path and no link in a workspace reaches a file outside the workspace.',
    breaks: 'a password file is read through an encoded `..`',
  },
  {
    id: 'SEC-12',
    level: 'SHOULD',
    contracts: ['session/1', 'agent/1'],
    says: 'The data directory, and files that hold tokens or keys, are open to their user alone.',
    breaks: 'everyone on the machine can read them',
  },
  {
    id: 'SEC-13',
    level: 'MUST',
    contracts: ['session/1', 'agent/1', 'tasks/1'],
    says: 'A body above 16 MiB, its length declared or not, is refused with 413 before all of it is read; one of 4 MiB is taken.',
    breaks: 'a body without a length is collected until memory ends',
  },
])
