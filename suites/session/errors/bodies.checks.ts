// Bodies that cannot be taken: on every operation that takes one. Derived from the operations and their schemas.
import { acceptedBodyBytes } from '../../../contracts/core/contract.ts'
import { matchPath } from '../../../contracts/core/operation.ts'
import { control, expectThat } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import { expectProblem, isProblem } from '../expect-problem.ts'
import { bodySchema, type GoodRequest, goodRequest, usableOperations } from '../requests.ts'
import { openSession } from '../turns.ts'

function post(
  context: SessionContext,
  { operation, path }: GoodRequest,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
) {
  return context.client.send({ method: operation.method, path, operation, body, headers })
}

/** Runs `spoil` on a good request of each operation that takes a body. */
async function onEach(context: SessionContext, spoil: (good: GoodRequest) => Promise<void>): Promise<void> {
  const withBody = usableOperations(context).filter(({ input }) => input !== undefined)
  for (const operation of withBody) await spoil(await control(() => goodRequest(context, operation)))
}

const notJson: readonly (string | Uint8Array)[] = [
  '{',
  'not json',
  '{"a": NaN}',
  '{"a": Infinity}',
  '{} {}',
  "{'a': 1}",
  new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
]

export const parses = check({
  id: 'session.errors.not-json',
  rule: 'MUST answer 400 PARSE_ERROR to a body that is not JSON in UTF-8, on every operation that takes one',
  covers: ['ERR-03'],
  catches: ['errors.bad-json-is-500', 'errors.bad-json-is-422'],
  scope: 'shared',
  async run(context) {
    await onEach(context, async (good) => {
      for (const body of notJson) expectProblem(await post(context, good, body), 'PARSE_ERROR')
    })
  },
})

export const validates = check({
  id: 'session.errors.wrong-bodies',
  rule: 'MUST answer 422 VALIDATION_FAILED, pointing at the member, to a missing member, a wrong type or a body that is no object; MUST ignore members it does not know',
  covers: ['ERR-03', 'SES-06'],
  catches: ['errors.no-pointers', 'errors.validation-is-400', 'session.refuses-extra-fields'],
  scope: 'shared',
  async run(context) {
    await onEach(context, async (good) => {
      for (const body of ['[]', '"text"', '7', 'null', 'true'])
        expectProblem(await post(context, good, body), 'VALIDATION_FAILED')
      const { properties = {}, required = [] } = bodySchema(good.operation)
      for (const member of required) {
        const { [member]: _left, ...rest } = good.body ?? {}
        await refusesMember(context, good, rest, member)
      }
      for (const [member, { type }] of Object.entries(properties)) {
        const wrong = type === 'string' ? 7 : 'text'
        await refusesMember(context, good, { ...good.body, [member]: wrong }, member)
      }
    })
    const accepted = await context.client.ask('newSession', { a_member_of_a_later_version: { any: ['thing'] } })
    expectThat(
      accepted.status < 400,
      'a member that is not known ignored',
      `${accepted.status} ${accepted.text.slice(0, 120)}`,
    )
  },
})

async function refusesMember(context: SessionContext, good: GoodRequest, body: object, member: string): Promise<void> {
  const answer = await post(context, good, JSON.stringify(body))
  expectProblem(answer, 'VALIDATION_FAILED')
  const { errors } = (answer.body ?? {}) as { errors?: { pointer?: string }[] }
  if (!isProblem(answer.body)) return
  const pointers = (errors ?? []).map(({ pointer }) => pointer)
  const at = `exchange ${answer.exchange.number}: ${answer.exchange.method} ${answer.exchange.path}`
  expectThat(
    pointers.some((pointer) => pointer?.startsWith(`#/${member}`)),
    `errors[].pointer #/${member}`,
    JSON.stringify(errors) ?? 'none',
    at,
  )
}

export const mediaTypes = check({
  id: 'session.errors.media-types',
  rule: 'MUST answer 415 to a body that is not application/json, on every operation, and do nothing',
  covers: ['ERR-03', 'SEC-06'],
  catches: ['security.takes-any-type'],
  scope: 'shared',
  async run(context) {
    const posting = usableOperations(context).filter(({ method }) => method !== 'GET')
    for (const operation of posting) {
      const good = await control(() => goodRequest(context, operation))
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/jsonp',
      ]) {
        expectProblem(
          await post(context, good, JSON.stringify(good.body ?? {}), { 'content-type': type }),
          'UNSUPPORTED_MEDIA_TYPE',
        )
      }
    }
    const charset = await context.client.send({
      method: 'POST',
      path: '/api/session/new',
      body: '{}',
      headers: { 'content-type': 'application/json; charset=utf-8' },
    })
    expectThat(
      charset.status < 300,
      '2xx for `application/json; charset=utf-8`',
      `${charset.status} ${charset.text.slice(0, 120)}`,
    )
  },
})

const allMethods = ['PUT', 'PATCH', 'DELETE', 'GET', 'POST'] as const

export const methods = check({
  id: 'session.errors.methods',
  rule: 'MUST answer 405 with Allow to a method that a route does not take',
  covers: ['ERR-03'],
  catches: ['errors.no-allow', 'errors.wrong-method-is-404'],
  scope: 'shared',
  async run(context) {
    const operations = usableOperations(context)
    for (const operation of operations) {
      const good = await control(() => goodRequest(context, operation))
      // `GET …/runs/stream` asks for a run with the id `stream`: what another route may take is no wrong method.
      const perhaps = operations.filter(({ path }) => matchPath(path, good.path) !== undefined)
      const taken = operations.filter(({ path }) => path === operation.path).map(({ method }) => method as string)
      const wrong = allMethods.filter((method) => perhaps.every((other) => other.method !== method))
      for (const method of wrong) {
        const answer = await context.client.send({
          method,
          path: good.path,
          ...(method === 'GET' ? {} : { body: '{}' }),
        })
        expectProblem(answer, 'METHOD_NOT_ALLOWED')
        const allow = (answer.headers['allow'] ?? '').split(/\s*,\s*/)
        expectThat(
          taken.every((method) => allow.includes(method)),
          `Allow with ${taken.join(', ')}`,
          answer.headers['allow'] ?? 'none',
          `${method} ${good.path}`,
        )
      }
    }
  },
})

export const acceptsLarge = check({
  id: 'session.errors.accepts-4-mib',
  rule: 'MUST take a body of 4 MiB',
  covers: ['SEC-13'],
  catches: ['errors.small-limit'],
  scope: 'shared',
  async run(context) {
    await control(() => openSession(context))
    const frame = JSON.stringify({ metadata: { padding: '' } })
    const body = JSON.stringify({ metadata: { padding: 'x'.repeat(acceptedBodyBytes - frame.length) } })
    const { status, text } = await context.client.send({ method: 'POST', path: '/api/session/new', body })
    expectThat(status < 300, '2xx to a body of 4 MiB', `${status} ${text.slice(0, 120)}`)
  },
})
