// Guards that are missing, or that look in the wrong place.
import type { IncomingMessage } from 'node:http'
import { operations } from '../../contracts/session/operations.ts'
import { type Fault, fault, type Head } from './fault.ts'

export const noToken = fault({
  id: 'security.no-token',
  says: 'Serves everybody.',
  lets: ['UNAUTHENTICATED'],
})

export const openShutdown = fault({
  id: 'security.open-shutdown',
  says: 'Lets everybody shut it down, by a form too.',
  on: [operations.shutdown.id],
  lets: ['UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE', 'FORBIDDEN_ORIGIN'],
})

export const tokenByPrefix = fault({
  id: 'security.token-by-prefix',
  says: 'Takes whatever begins with the word Bearer.',
  lets: (code, { headers }) => code === 'UNAUTHENTICATED' && headers.authorization?.startsWith('Bearer ') === true,
})

export const anyHost = fault({
  id: 'security.any-host',
  says: 'Does not look at Host.',
  lets: ['MISDIRECTED_HOST'],
})

/** Takes a foreign Host that the function likes. */
function hostThat(id: string, says: string, likes: (host: string, request: IncomingMessage) => boolean): Fault {
  return fault({
    id,
    says,
    lets: (code, request) => code === 'MISDIRECTED_HOST' && likes(request.headers.host ?? '', request),
  })
}

export const hostByPrefix = hostThat('security.host-by-prefix', 'Takes hosts that begin like its own.', (host) =>
  /^(127\.0\.0\.1|localhost)/.test(host),
)
export const hostBySuffix = hostThat(
  'security.host-by-suffix',
  'Takes hosts that contain the name localhost.',
  (host) => /localhost:\d+$/.test(host),
)
export const hostWithoutPort = hostThat('security.host-without-port', 'Does not look at the port of Host.', (host) =>
  /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host),
)
export const hostOnlyWithOrigin = hostThat(
  'security.host-only-with-origin',
  'Looks at Host only where there is an Origin.',
  (_host, { headers }) => headers.origin === undefined,
)

export const anyOrigin = fault({
  id: 'security.any-origin',
  says: 'Does not look at Origin.',
  lets: ['FORBIDDEN_ORIGIN'],
})

export const nullOrigin = fault({
  id: 'security.null-origin',
  says: 'Takes the Origin `null`, which every sandboxed page and every file has.',
  lets: (code, { headers }) => code === 'FORBIDDEN_ORIGIN' && headers.origin === 'null',
})

export const originByPrefix = fault({
  id: 'security.origin-by-prefix',
  says: 'Takes origins that begin like a listed one.',
  lets: (code, { headers }) =>
    code === 'FORBIDDEN_ORIGIN' && headers.origin?.startsWith('http://desktop.example:5173') === true,
})

/** Changes the CORS headers of every answer. */
function cors(id: string, says: string, change: (head: Head, origin: string | undefined) => void): Fault {
  return fault({
    id,
    says,
    head: (head, hit, _streams, { headers }) => {
      const before = JSON.stringify(head.headers)
      change(head, headers.origin)
      if (JSON.stringify(head.headers) !== before) hit()
    },
  })
}

export const corsStar = cors('security.cors-star', 'Lets every page read every answer.', (head) => {
  head.headers['access-control-allow-origin'] = '*'
})

export const corsEcho = cors('security.cors-echo', 'Lets whoever asks read the answer.', (head, origin) => {
  if (origin !== undefined) head.headers['access-control-allow-origin'] = origin
})

export const corsCredentials = cors('security.cors-credentials', 'Lets pages send cookies along.', (head) => {
  if (head.headers['access-control-allow-origin'] !== undefined)
    head.headers['access-control-allow-credentials'] = 'true'
})

export const noPreflight = cors(
  'security.no-preflight',
  'Answers the preflight of a listed origin without letting it send its headers.',
  (head) => {
    delete head.headers['access-control-allow-headers']
  },
)

export const takesAnyType = fault({
  id: 'security.takes-any-type',
  says: 'Takes bodies of any media type.',
  lets: ['UNSUPPORTED_MEDIA_TYPE'],
})

export const tokenInErrors = fault({
  id: 'security.token-in-errors',
  says: 'Quotes the token that was sent in its errors.',
  head: (head, hit, _streams, { headers }) => {
    if (head.status < 400 || headers.authorization === undefined) return
    hit()
    head.headers['x-debug'] = headers.authorization
  },
})

export const tokenInLog = fault({
  id: 'security.token-in-log',
  says: 'Logs the headers of every request.',
  // About what the process writes: it is played by a process.
  process: {},
  head: (_head, hit, _streams, { headers }) => {
    hit()
    process.stderr.write(`${JSON.stringify(headers)}\n`)
  },
})
