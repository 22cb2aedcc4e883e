// What a change of a frozen contract means. Each row changes one thing, and is read forwards and backwards.
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contracts } from '../../../contracts.ts'
import { sessionContract } from '../../../session/contract.ts'
import { contract } from '../../contract.ts'
import { identifier } from '../../primitives.ts'
import { type FrozenFiles, freeze, freezeAll } from '../freeze.ts'
import type { ChangeKind } from './change.ts'
import { diffContracts } from './diff-contracts.ts'

const files = freeze(sessionContract)
const stream = 'operations/session.message.stream'
const B = 'breaking'
const A = 'additive'

interface Row {
  readonly name: string
  /** What is set in `contract.json`; no value: it is taken away. */
  readonly at: string
  readonly value?: unknown
  readonly forwards: readonly (readonly [ChangeKind, path: string])[]
  readonly backwards: readonly (readonly [ChangeKind, path: string])[]
}

const closed = { type: 'urn:sidecar:error:new', status: 400, retryable: false, title: 'New' }
const body = (types: string) => ({ many: { choice: types.split(' ') } })

const rows: Row[] = [
  {
    name: 'an operation goes',
    at: 'operations/session.end',
    forwards: [[B, 'operation session.end']],
    backwards: [[A, 'operation session.end']],
  },
  {
    name: 'an operation moves',
    at: 'operations/session.end/path',
    value: '/end',
    forwards: [[B, 'session.end /path']],
    backwards: [[B, 'session.end /path']],
  },
  {
    name: 'a method changes',
    at: 'operations/session.end/method',
    value: 'DELETE',
    forwards: [[B, 'session.end /method']],
    backwards: [[B, 'session.end /method']],
  },
  {
    name: 'a summary changes',
    at: 'operations/session.end/says',
    value: 'End.',
    forwards: [['documentation', 'session.end /says']],
    backwards: [['documentation', 'session.end /says']],
  },
  {
    name: 'a route needs the token',
    at: 'operations/session.health/open',
    value: false,
    forwards: [[B, 'session.health /open']],
    backwards: [[A, 'session.health /open']],
  },
  {
    name: 'an operation is served only with a capability',
    at: 'operations/session.end/capability',
    value: 'runs',
    forwards: [[B, 'session.end /capability']],
    backwards: [[A, 'session.end /capability']],
  },
  {
    name: 'an operation is served with another capability',
    at: 'operations/session.run.get/capability',
    value: 'notebook',
    forwards: [[B, 'session.run.get /capability']],
    backwards: [[B, 'session.run.get /capability']],
  },
  {
    name: 'a success status comes',
    at: 'operations/session.new/output/statuses',
    value: [200, 201],
    forwards: [[B, 'session.new output status 200']],
    backwards: [[B, 'session.new output status 200']],
  },
  {
    name: 'an answer is of another kind',
    at: 'operations/session.ready/output/kind',
    value: 'empty',
    forwards: [[B, 'session.ready output /kind']],
    backwards: [[B, 'session.ready output /kind']],
  },
  {
    name: 'an operation takes no body any more',
    at: `${stream}/input`,
    forwards: [[B, 'session.message.stream input']],
    backwards: [[B, 'session.message.stream input']],
  },
  {
    name: 'an operation takes no optional body any more',
    at: 'operations/session.new/input',
    forwards: [[B, 'session.new input']],
    backwards: [[A, 'session.new input']],
  },
  {
    name: 'an operation answers one more code',
    at: 'operations/session.end/errors',
    value: ['SESSION_ENDED', 'SESSION_NOT_FOUND'],
    forwards: [[B, 'session.end error SESSION_ENDED']],
    backwards: [[B, 'session.end error SESSION_ENDED']],
  },
  {
    name: 'every route answers one code less',
    at: 'errors/guards',
    value: ['NOT_FOUND'],
    forwards: expect.arrayContaining([[B, 'error of every route INTERNAL']]),
    backwards: expect.arrayContaining([[B, 'error of every route INTERNAL']]),
  },
  {
    name: 'a code comes',
    at: 'errors/codes/NEW',
    value: closed,
    forwards: [[B, 'code NEW']],
    backwards: [[B, 'code NEW']],
  },
  {
    name: 'a status of a code changes',
    at: 'errors/codes/TIMEOUT/status',
    value: 500,
    forwards: [[B, 'code TIMEOUT /status']],
    backwards: [[B, 'code TIMEOUT /status']],
  },
  {
    name: 'a code may be repeated',
    at: 'errors/codes/INTERNAL/retryable',
    value: true,
    forwards: [[B, 'code INTERNAL /retryable']],
    backwards: [[B, 'code INTERNAL /retryable']],
  },
  {
    name: 'a code loses Retry-After',
    at: 'errors/codes/NOT_READY/retryAfter',
    forwards: [[B, 'code NOT_READY /retryAfter']],
    backwards: [[B, 'code NOT_READY /retryAfter']],
  },
  {
    name: 'a title changes',
    at: 'errors/codes/INTERNAL/title',
    value: 'Oh',
    forwards: [['documentation', 'code INTERNAL /title']],
    backwards: [['documentation', 'code INTERNAL /title']],
  },
  {
    name: 'the precedence changes',
    at: 'errors/precedence',
    value: [['UNAUTHENTICATED']],
    forwards: [[B, 'errors /precedence']],
    backwards: [[B, 'errors /precedence']],
  },
  {
    name: 'larger bodies are taken',
    at: 'errors/acceptedBodyBytes',
    value: 5e6,
    forwards: [[A, 'bound acceptedBodyBytes']],
    backwards: [[B, 'bound acceptedBodyBytes']],
  },
  {
    name: 'an event type goes',
    at: 'streams/turn/events/consultation_error',
    forwards: [[B, 'turn event consultation_error']],
    backwards: [[A, 'turn event consultation_error']],
  },
  {
    name: 'an end comes',
    at: 'streams/turn/ends/start',
    value: 'anywhere',
    forwards: [[B, 'turn end start']],
    backwards: [[B, 'turn end start']],
  },
  {
    name: 'an end may come at any time',
    at: 'streams/turn/ends/complete',
    value: 'anywhere',
    forwards: [[B, 'turn end complete']],
    backwards: [[A, 'turn end complete']],
  },
  {
    name: 'a stream opens with another event',
    at: 'streams/turn/opens',
    value: 'complete',
    forwards: [[B, 'turn /opens']],
    backwards: [[B, 'turn /opens']],
  },
  {
    name: 'events are not numbered any more',
    at: 'streams/turn/sequence',
    forwards: [[B, 'turn /sequence']],
    backwards: [[B, 'turn /sequence']],
  },
  {
    name: 'the id of an event is put together otherwise',
    at: 'streams/turn/wireId',
    value: '{seq}',
    forwards: [[B, 'turn /wireId']],
    backwards: [[B, 'turn /wireId']],
  },
  {
    name: 'a member need not stay the same',
    at: 'streams/turn/constant',
    value: ['turn_id'],
    forwards: [[B, 'turn constant session_id']],
    backwards: [[A, 'turn constant session_id']],
  },
  {
    name: 'a law goes',
    at: 'streams/turn/laws/companion_complete-joins',
    forwards: [[B, 'turn law companion_complete-joins']],
    backwards: [[A, 'turn law companion_complete-joins']],
  },
  {
    name: 'a law says something else',
    at: 'streams/turn/laws/companion_complete-joins',
    value: 'x',
    forwards: [[B, 'turn law companion_complete-joins']],
    backwards: [[B, 'turn law companion_complete-joins']],
  },
  {
    name: 'the order changes',
    at: 'streams/turn/body',
    value: body('companion_chunk companion_complete'),
    forwards: [[B, 'turn body']],
    backwards: [[B, 'turn body']],
  },
  { name: 'a stream goes', at: 'streams/turn', forwards: [[B, 'stream turn']], backwards: [[A, 'stream turn']] },
  {
    name: 'a document goes',
    at: 'documents/ReadyLine',
    forwards: [[B, 'document ReadyLine']],
    backwards: [[A, 'document ReadyLine']],
  },
  {
    name: 'a bound rises',
    at: 'bounds/cancelMs',
    value: 3000,
    forwards: [[B, 'bound cancelMs']],
    backwards: [[A, 'bound cancelMs']],
  },
  {
    name: 'a bound goes',
    at: 'bounds/cancelMs',
    forwards: [[B, 'bound cancelMs']],
    backwards: [[A, 'bound cancelMs']],
  },
  {
    name: 'the ready line may be longer',
    at: 'process/readyLineMaxBytes',
    value: 8192,
    forwards: [[B, 'bound readyLineMaxBytes']],
    backwards: [[A, 'bound readyLineMaxBytes']],
  },
  {
    name: 'an exit code comes',
    at: 'process/exitCodes/79',
    value: 'new',
    forwards: [[B, 'exit code 79']],
    backwards: [[B, 'exit code 79']],
  },
  {
    name: 'an exit code means something else',
    at: 'process/exitCodes/70',
    value: 'new',
    forwards: [[B, 'exit code 70']],
    backwards: [[B, 'exit code 70']],
  },
  {
    name: 'an exit code may be restarted',
    at: 'process/neverRestart',
    value: [64],
    forwards: [[B, 'launch /neverRestart']],
    backwards: [[B, 'launch /neverRestart']],
  },
  {
    name: 'an argument changes',
    at: 'process/arguments',
    value: [],
    forwards: [[B, 'launch /arguments']],
    backwards: [[B, 'launch /arguments']],
  },
  {
    name: 'a variable is handed on no more',
    at: 'process/inheritedVariables/0',
    forwards: [[B, 'launch variable APPDATA']],
    backwards: [[A, 'launch variable APPDATA']],
  },
  {
    name: 'no process is described any more',
    at: 'process',
    forwards: [[B, 'part process']],
    backwards: [[A, 'part process']],
  },
  {
    name: 'a contract gets another version',
    at: 'contract',
    value: 'session/2',
    forwards: [[B, 'session/1 /contract']],
    backwards: [[B, 'session/2 /contract']],
  },
  {
    name: 'a contract says otherwise what it is',
    at: 'says',
    value: 'x',
    forwards: [['documentation', 'session/1 /says']],
    backwards: [['documentation', 'session/1 /says']],
  },
]

describe.each(rows)('$name', ({ at, value, forwards, backwards }) => {
  const changed = patch(files, 'session-1/contract.json', at, value)

  it('is judged forwards', () => {
    expect(judged(files, changed)).toEqual(forwards)
  })

  it('is judged backwards', () => {
    expect(judged(changed, files)).toEqual(backwards)
  })
})

describe('a new event type', () => {
  const grown = (types: object, more: unknown, ends: object = {}) => {
    const { events, body, ends: known } = JSON.parse(files.get('session-1/contract.json') ?? '').streams.turn
    const withEvents = patch(files, 'session-1/contract.json', 'streams/turn/events', { ...events, ...types })
    const withEnds = patch(withEvents, 'session-1/contract.json', 'streams/turn/ends', { ...known, ...ends })
    return patch(withEnds, 'session-1/contract.json', 'streams/turn/body', { interleaved: [body, more] })
  }

  it('may come where readers let it pass', () => {
    const alone = grown({ note: 'turn.start' }, { many: 'note' })
    const inSpan = grown(
      { ask: 'turn.start', tell: 'turn.start' },
      { each: 'id', whole: { sequence: ['ask', { oneOrMore: { choice: ['tell', 'ask'] } }] } },
    )
    expect(judged(files, alone)).toEqual([[A, 'turn event note']])
    expect(judged(files, inSpan)).toEqual([
      [A, 'turn event ask'],
      [A, 'turn event tell'],
    ])
  })

  it('breaks readers where it changes what those they know may do', () => {
    const mixed = grown({ note: 'turn.start' }, { sequence: ['note', 'companion_chunk'] })
    expect(judged(files, mixed)).toContainEqual([B, 'turn body'])
  })

  it('breaks readers where it ends the stream', () => {
    expect(judged(files, grown({ gone: 'turn.start' }, { many: 'gone' }, { gone: 'anywhere' }))).toEqual([
      [B, 'turn end gone'],
      [A, 'turn event gone'],
    ])
  })
})

describe('the schemas of a contract', () => {
  const { newSession, streamMessage, ...others } = sessionContract.operations
  const changed = (input: z.ZodType) =>
    freeze(
      contract({
        ...sessionContract,
        operations: {
          ...others,
          newSession,
          streamMessage: { ...streamMessage, input: input.meta({ id: 'Message' }) },
        },
      }),
    )

  it('are compared by who writes them', () => {
    const message = z.string().min(1)
    const id = identifier.optional()
    expect(judged(files, changed(z.looseObject({ message, client_message_id: id, more: z.int().optional() })))).toEqual(
      [[A, 'session.message.stream input /more']],
    )
    expect(judged(files, changed(z.looseObject({ message, client_message_id: id, more: z.int() })))).toEqual([
      [B, 'session.message.stream input /more'],
    ])
    expect(judged(files, changed(z.looseObject({ message: message.max(9), client_message_id: id })))).toEqual([
      [B, 'session.message.stream input /message'],
    ])
    expect(judged(files, changed(z.looseObject({ message: z.string(), client_message_id: id })))).toEqual([
      [A, 'session.message.stream input /message'],
    ])
  })

  it.each([
    ['SessionCreated', 'session.new output /session_id'],
    ['turn.companion_chunk', 'turn.companion_chunk event /session_id'],
    ['Problem', 'Problem /code'],
    ['ReadyLine', 'ReadyLine /port'],
    ['Capabilities', 'Capabilities /integrity'],
  ])('%s loses a member, and readers break', (name, path) => {
    const member = path.split('/').at(-1) ?? ''
    const changed = patch(files, `session-1/schemas/${name}.json`, `properties/${member}`, undefined)
    const required = JSON.parse(changed.get(`session-1/schemas/${name}.json`) ?? '').required as string[]
    const without = patch(
      changed,
      `session-1/schemas/${name}.json`,
      'required',
      required.filter((one) => one !== member),
    )
    expect(judged(files, without)).toEqual([[B, path]])
    expect(judged(without, files)).toEqual([[A, path]])
  })

  it('of documents that outlive their writer break either side', () => {
    const bundle = contracts['bundle/1']
    const before = freeze(bundle ?? sessionContract)
    const wider = patch(before, 'bundle-1/schemas/Registry.json', 'properties/bundles/minItems', 1)
    expect(judged(before, wider)).toEqual([[B, 'Registry /bundles']])
    expect(judged(wider, before)).toEqual([[B, 'Registry /bundles']])
  })
})

describe('several contracts', () => {
  const all = freezeAll(Object.values(contracts))

  it('do not differ from themselves', () => {
    expect(diffContracts(all, new Map(all))).toEqual([])
  })

  it('may become more, and never fewer', () => {
    const others = ['contract bundle/1', 'contract report/1']
    expect(judged(files, all)).toEqual(others.map((name) => [A, name]))
    expect(judged(all, files)).toEqual(others.map((name) => [B, name]))
  })

  it('are read from the folder of one as from that of all', () => {
    const one = new Map([...files].map(([path, text]) => [path.replace('session-1/', ''), text]))
    expect(diffContracts(one, files)).toEqual([])
  })

  it('say which file is missing or is no JSON', () => {
    const holes = new Map([...files].filter(([path]) => !path.endsWith('Ready.json')))
    expect(() => diffContracts(files, holes)).toThrow(
      'the frozen contract names session-1/schemas/Ready.json, which is not there',
    )
    expect(() => diffContracts(files, new Map([['contract.json', '{']]))).toThrow('contract.json must be JSON: ')
  })
})

function judged(before: FrozenFiles, after: FrozenFiles) {
  return diffContracts(before, after).map(({ kind, path }) => [kind, path])
}

/** The files with one place of one file set, or taken away where there is no value. */
function patch(source: FrozenFiles, file: string, at: string, value: unknown): FrozenFiles {
  const root: unknown = JSON.parse(source.get(file) ?? '')
  const steps = at.split('/')
  const last = steps.pop() ?? ''
  const holder = steps.reduce((node, step) => node[step] as Record<string, unknown>, root as Record<string, unknown>)
  if (value !== undefined) holder[last] = value
  else if (Array.isArray(holder)) holder.splice(Number(last), 1)
  else delete holder[last]
  return new Map([...source, [file, JSON.stringify(root)]])
}
