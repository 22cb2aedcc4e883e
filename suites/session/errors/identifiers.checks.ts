// Identifiers that name nothing: on every route, unknown, malformed, encoded, of another session. Derived from the operations.
import { fillPath, type Operation } from '../../../contracts/core/operation.ts'
import { resourcesOf } from '../../../contracts/core/resources.ts'
import { control } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import { expectProblem } from '../expect-problem.ts'
import { type GoodRequest, goodRequest, usableOperations } from '../requests.ts'

/** Every identifier is opaque: whatever does not name something names nothing. Written as it stands in the path. */
const nothing: readonly string[] = [
  'no-such-thing',
  'x'.repeat(129),
  'two%20words',
  '%00',
  '%F0%9F%98%80',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e%2f',
  '..%5c..%5cwindows%5cwin.ini',
  "'%20OR%201=1",
]

const withIdentifiers = (context: SessionContext) => usableOperations(context).filter(({ path }) => path.includes('{'))

/** Asks `operation` with one identifier replaced, as it is written. */
function askWith(context: SessionContext, good: GoodRequest, parameter: string, written: string) {
  const { body, operation, parameters } = good
  const path = fillPath(operation.path, { ...parameters, [parameter]: 'PLACE' }).replace('PLACE', written)
  return context.client.send({
    method: operation.method,
    path,
    operation,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

async function refusesNothing(context: SessionContext, operation: Operation): Promise<void> {
  const good = await control(() => goodRequest(context, operation))
  for (const { code, parameter } of resourcesOf(operation)) {
    for (const written of nothing) expectProblem(await askWith(context, good, parameter, written), code)
  }
}

export const unknownIds = check({
  id: 'session.errors.unknown-ids',
  rule: 'MUST answer 404 with the code of the resource to an identifier that names nothing, however it is written, on every route',
  covers: ['SES-02', 'SEC-11', 'ERR-03'],
  catches: ['errors.unknown-is-500', 'session.opens-unknown', 'session.ends-unknown', 'cancel.accepts-unknown'],
  scope: 'shared',
  async run(context) {
    await Promise.all(withIdentifiers(context).map((operation) => refusesNothing(context, operation)))
  },
})

export const foreignIds = check({
  id: 'session.errors.foreign-ids',
  rule: 'MUST NOT find in one session what belongs to another',
  covers: ['SES-02', 'SES-04'],
  catches: ['cancel.finds-foreign-turns'],
  scope: 'shared',
  async run(context) {
    const inner = withIdentifiers(context).filter((operation) => resourcesOf(operation).length > 1)
    for (const operation of inner) {
      const [mine, other] = await control(() =>
        Promise.all([goodRequest(context, operation), goodRequest(context, operation)]),
      )
      const { code, parameter } = resourcesOf(operation).at(-1) ?? { code: 'NOT_FOUND', parameter: '' }
      expectProblem(await askWith(context, mine, parameter, other.parameters[parameter] ?? ''), code)
    }
  },
})
