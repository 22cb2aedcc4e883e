// The token: on every route but /health, also those that do not exist.
import { sessionContract } from '../../../contracts/session/contract.ts'
import { control, expectSame } from '../../expect.ts'
import { check } from '../context.ts'

export const tokenEverywhere = check({
  id: 'session.security.token-everywhere',
  rule: 'MUST answer 401 without the token, or with a wrong one, on every route but /health, unknown routes too, and do nothing',
  covers: ['SEC-02'],
  catches: ['security.no-token', 'security.open-shutdown', 'security.token-by-prefix'],
  scope: 'own',
  async run({ client, sidecar }) {
    await control(() => client.ready())
    const routes = Object.values(sessionContract.operations)
      .filter((operation) => !('open' in operation))
      .map(({ method, path }) => ({ method, path: path.replace(/\{\w+\}/g, 'any') }))
    const unknown = ['/docs', '/openapi.json', '/nothing', '/'].map((path) => ({ method: 'GET', path }))
    const wrong = ['', 'Bearer wrong', `Basic ${sidecar.token}`, `Bearer ${sidecar.token}x`, 'Bearer']
    for (const { method, path } of [...unknown, ...routes]) {
      for (const authorization of wrong) {
        const { status } = await client.send({
          method,
          path,
          headers: { authorization },
          ...(method === 'GET' ? {} : { body: '{}' }),
        })
        expectSame(
          status,
          401,
          `${method} ${path} with \`authorization: ${authorization.replace(sidecar.token, '<token>')}\``,
        )
      }
    }
    expectSame((await client.health()).status, 200, 'afterwards /health answers')
  },
})
