// ERR: one problem object, one table of codes, on every transport.
import { area, everyContract } from './area.ts'

const gate = ['ERR-01', 'ERR-02', 'ERR-03']

export const errorRequirements = area(gate, [
  {
    id: 'ERR-01',
    level: 'MUST',
    contracts: ['session/1', 'agent/1', 'tasks/1'],
    says: 'Every request that is not granted is answered with `application/problem+json` that matches its schema, with the status of the answer and the type of its code.',
    breaks: 'the shape of a framework, HTML, plain text',
  },
  {
    id: 'ERR-02',
    level: 'MUST',
    contracts: everyContract,
    says: 'Codes are those of the table, with its `retryable`, and 429 and 503 carry `Retry-After`.',
    breaks: 'the name of an exception for a code',
  },
  {
    id: 'ERR-03',
    level: 'MUST',
    contracts: ['session/1', 'agent/1', 'tasks/1'],
    says: 'Broken JSON is 400, what the schema forbids 422 with a pointer to it, an unknown path 404, a wrong method 405 with `Allow`, another media type 415, and no input is a 5xx or the end of the process.',
    breaks: '500 for a bad body',
  },
  {
    id: 'ERR-04',
    level: 'MUST',
    contracts: ['session/1', 'agent/1', 'tasks/1', 'stdio/1'],
    says: 'One cause has one code, whether it is told by HTTP, SSE, WebSocket or a line of JSON.',
    breaks: 'transports that drift apart',
  },
  {
    id: 'ERR-05',
    level: 'SHOULD',
    contracts: everyContract,
    says: 'The same failing input gives the same code and reason twenty times out of twenty.',
    breaks: 'a code that depends on who was faster',
  },
  {
    id: 'ERR-06',
    level: 'SHOULD',
    contracts: everyContract,
    says: 'Numbers are finite and at most 2^53−1, times are RFC 3339 in UTC with milliseconds and `Z`.',
    breaks: '`NaN` on the wire, a time without zone',
  },
])
