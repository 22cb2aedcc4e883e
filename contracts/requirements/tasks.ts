// TSK: long tasks, watched and steered over a WebSocket.
import { area } from './area.ts'

export const taskRequirements = area(
  [],
  [
    {
      id: 'TSK-01',
      level: 'MUST',
      contracts: ['tasks/1'],
      says: 'A task is accepted within 2 s, also while five run, with 202, its id, status `started` and the URL of its WebSocket.',
      breaks: 'a member is missing, the answer waits for the work',
    },
    {
      id: 'TSK-02',
      level: 'MUST',
      contracts: ['tasks/1'],
      says: 'A task goes from `started` to `in_progress` to one of `completed`, `failed` and `cancelled`, and stays there.',
      breaks: 'a cancelled task completes later',
    },
    {
      id: 'TSK-03',
      level: 'MUST',
      contracts: ['tasks/1'],
      says: 'Every task ends with exactly one of `TASK_COMPLETE`, `TASK_FAILED` and `TASK_CANCELLED`, whatever went wrong in it.',
      breaks: 'an exception vanishes and the status never changes again (OpenViking #4398)',
    },
    {
      id: 'TSK-04',
      level: 'MUST',
      contracts: ['tasks/1'],
      says: 'A subscriber that comes late, or again, gets every event from `seq` 1 and goes over into live ones without a gap.',
      breaks: 'events are only broadcast, and the first is missed',
    },
    {
      id: 'TSK-05',
      level: 'MUST',
      contracts: ['tasks/1'],
      says: 'Status and results stay available after the end; results before it are 409 `NOT_COMPLETED`, an unknown task is 404 `TASK_NOT_FOUND`.',
      breaks: 'a finished task is cleaned away before anyone could read it',
    },
    {
      id: 'TSK-06',
      level: 'MUST',
      contracts: ['tasks/1'],
      says: 'A cancel is answered with 202 and ends the task within 2 s with all its processes; after the end it changes nothing.',
      breaks: 'a test run that nobody can stop, orphaned processes',
    },
    {
      id: 'TSK-07',
      level: 'MUST',
      contracts: ['tasks/1'],
      says: 'All subscribers get the same events, each within 500 ms, and one that stalls, dies or leaves twice disturbs none of the others.',
      breaks: 'one client is waited for before the next is served',
    },
    {
      id: 'TSK-08',
      level: 'MUST',
      contracts: ['tasks/1'],
      says: 'A message of a client that is broken, unknown or too large is answered with an error or a close code that says so, and the task goes on.',
      breaks: 'a bad frame kills the task',
    },
    {
      id: 'TSK-09',
      level: 'MUST',
      contracts: ['tasks/1'],
      says: 'An `INTERVENTION` is answered by `INTERVENTION_ACCEPTED` and takes effect at most once; after the end it is rejected.',
      breaks: 'it is ignored without a word',
    },
    {
      id: 'TSK-10',
      level: 'MUST',
      contracts: ['tasks/1'],
      says: '`websocket_url` names the host that the client called, or none, and is `wss` behind TLS.',
      breaks: 'localhost written into the URL, useless in the network',
    },
    {
      id: 'TSK-11',
      level: 'MUST',
      contracts: ['tasks/1'],
      says: 'A dead peer is noticed by ping within 40 s, and sockets close with 1000 at the end, 1001 at shutdown, 1008 without token.',
      breaks: 'connections that leak in silence, 1006 after a success',
    },
    {
      id: 'TSK-12',
      level: 'SHOULD',
      contracts: ['tasks/1'],
      says: '`progress` lies between 0 and 1, never falls, is told within 500 ms and is 1 only when the task is completed.',
      breaks: 'it jumps back, or is 1 before the end',
    },
    {
      id: 'TSK-13',
      level: 'MUST',
      contracts: ['tasks/1'],
      says: 'After a restart of the server, a task that was running has failed or goes on.',
      breaks: 'it is `in_progress` for ever',
    },
  ],
)
