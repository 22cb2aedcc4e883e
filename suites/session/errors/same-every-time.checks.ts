// The same failing input fails in the same way, however often it is sent and whatever runs beside it. Derived from the operations.
import { fillPath, type Operation } from '../../../contracts/core/operation.ts'
import type { RawRequest } from '../../../harness/client/http-client.ts'
import { fail } from '../../../harness/model/script.ts'
import { Verdict } from '../../../harness/verdict.ts'
import { control, expectThat } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import { type GoodRequest, goodRequest, usableOperations } from '../requests.ts'
import { codeOf, sendScripted } from '../turns.ts'

/** A way to fail that changes nothing, so that the next time finds the sidecar as it was. */
interface Way {
  readonly says: string
  readonly applies: (operation: Operation) => boolean
  readonly spoil: (good: GoodRequest) => Partial<RawRequest>
}

const ways: readonly Way[] = [
  {
    says: 'for an identifier that names nothing',
    applies: ({ path }) => path.includes('{'),
    spoil: ({ operation, parameters }) => ({
      path: fillPath(operation.path, { ...parameters, session_id: 'twenty-times-unknown' }),
    }),
  },
  {
    says: 'with a body that is not JSON',
    applies: ({ input }) => input !== undefined,
    spoil: () => ({ body: '{"a":' }),
  },
  {
    says: 'with a body that is no object',
    applies: ({ input }) => input !== undefined,
    spoil: () => ({ body: '[]' }),
  },
  {
    says: 'with another media type',
    applies: ({ method }) => method !== 'GET',
    spoil: () => ({ body: '{}', headers: { 'content-type': 'text/plain' } }),
  },
  {
    says: 'without the token',
    applies: ({ open }) => open !== true,
    spoil: () => ({ headers: { authorization: '' } }),
  },
  {
    says: 'with a method that it does not have',
    applies: () => true,
    spoil: () => ({ method: 'PATCH' }),
  },
]

/** Twenty times every operation in every way would be too much: each operation fails in the way that was taken least so far. */
function takeTurns(operations: readonly Operation[]): readonly (readonly [operation: Operation, way: Way])[] {
  const taken = new Map(ways.map((way) => [way, 0]))
  const times = (way: Way) => taken.get(way) ?? 0
  return operations.flatMap((operation) => {
    const [way] = ways.filter(({ applies }) => applies(operation)).sort((a, b) => times(a) - times(b))
    if (way === undefined) return []
    taken.set(way, times(way) + 1)
    return [[operation, way]]
  })
}

/** Ten times one after the other, then ten times at once: what depends on who was faster shows beside others. */
async function twentyTimes(ask: () => Promise<string>): Promise<string[]> {
  const outcomes: string[] = []
  for (let time = 0; time < 10; time += 1) outcomes.push(await ask())
  return [...outcomes, ...(await Promise.all(Array.from({ length: 10 }, ask)))]
}

/** Expects one outcome, which the control shows to be a failure. */
async function mustBeTheSame(what: string, ask: () => Promise<string>): Promise<void> {
  const outcomes = await twentyTimes(ask)
  await control(async () => {
    const isFailure = outcomes.some((outcome) => /^([45]\d\d|error) /.test(outcome))
    expectThat(isFailure, `a failure of ${what}`, outcomes[0] ?? 'nothing')
  })
  const times = Map.groupBy(outcomes, (outcome) => outcome)
  const told = [...times].map(([outcome, same]) => `${same.length} times ${outcome}`).join(', ')
  expectThat(times.size === 1, `the same answer twenty times to ${what}`, told)
}

/** What a client acts on: status, code and reason. */
async function answerTo(request: RawRequest, { client }: SessionContext): Promise<string> {
  try {
    const { body, status } = await client.send(request)
    return `${status} ${told(body)}`
  } catch (error) {
    // That no answer comes is a rule of its own; here it is an answer like any other.
    if (error instanceof Verdict) return 'no answer'
    throw error
  }
}

/** How a turn ends whose model refuses. */
async function endOfTurn(context: SessionContext): Promise<string> {
  const { turn } = await control(() => sendScripted(context, [fail(401)]))
  const terminal = await turn.ended()
  return terminal?.type === 'error' ? `error ${told(terminal.error)}` : (terminal?.type ?? 'no end')
}

function told(problem: unknown): string {
  const { context } = (problem ?? {}) as { context?: { reason?: unknown } }
  return [codeOf(problem), context?.reason].map((word) => (word === undefined ? '' : String(word))).join(' ')
}

export const sameEveryTime = check({
  id: 'session.errors.same-every-time',
  rule: 'SHOULD answer the same failing input with the same status, code and reason twenty times out of twenty',
  covers: ['ERR-05'],
  catches: ['errors.every-twentieth-is-500', 'turn.two-codes-for-one-failure'],
  scope: 'shared',
  async run(context) {
    for (const [operation, way] of takeTurns(usableOperations(context))) {
      const good = await control(() => goodRequest(context, operation))
      const { body, path } = good
      const usual = { method: operation.method, path, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
      const request = { ...usual, operation, ...way.spoil(good) }
      const what = `${operation.method} ${operation.path} ${way.says}`
      await mustBeTheSame(what, () => answerTo(request, context))
    }
    await mustBeTheSame('a message whose model refuses', () => endOfTurn(context))
  },
})
