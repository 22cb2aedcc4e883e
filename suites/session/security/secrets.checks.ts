// Secrets and inner workings stay inside: no token in anything that is written, no traceback and no path in an error.
import { homedir } from 'node:os'
import { disconnect, fail, say } from '../../../harness/model/script.ts'
import { snapshotTree } from '../../../harness/process/process-tree.ts'
import { currentSystem } from '../../../harness/process/system/current.ts'
import { control, expectThat } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import { openSession, sendScripted } from '../turns.ts'

/** Provokes as many different errors and log lines as one session can; gives what came. */
async function provoke(context: Pick<SessionContext, 'client' | 'model'>): Promise<string[]> {
  const { client } = context
  const session_id = await openSession(context)
  const refused = [
    await client.send({ method: 'GET', path: '/no/such/route' }),
    await client.send({ method: 'POST', path: '/api/session/new', body: '{' }),
    await client.send({ method: 'POST', path: '/api/session/new', body: '{"metadata": 7, "locale": []}' }),
    await client.send({ method: 'GET', path: '/ready', headers: { authorization: 'Bearer wrong' } }),
    await client.send({ method: 'PUT', path: '/shutdown', body: '{}' }),
    await client.ask('reportSession', { session_id: 'no-such-session' }),
    await client.ask('streamMessage', { session_id }, { message: '' }),
  ]
  const isError = ({ status, text }: { status: number; text: string }) => status >= 400 && text !== ''
  expectThat(refused.some(isError), 'an error that says something', refused.map(({ status }) => status).join(', '))
  const answers = refused.map(({ headers, text }) => `${JSON.stringify(headers)} ${text}`)
  for (const reply of [[fail(500)], [say('One '), disconnect()]]) {
    const { turn } = await sendScripted(context, reply)
    await turn.ended()
    answers.push(...turn.events.map((event) => JSON.stringify(event)))
  }
  return answers
}

export const keepsSecrets = check({
  id: 'session.security.keeps-secrets',
  rule: 'MUST NOT write the token, the nonce or the model key into answers, events, arguments or output (the nonce stands in the ready line alone)',
  covers: ['SEC-09'],
  catches: ['security.token-in-errors', 'security.token-in-log'],
  scope: 'own',
  async run(context) {
    const { client, sidecar } = context
    const { nonce, process, token } = sidecar
    const answers = await control(() => provoke({ ...context, client }))
    const tree = process === undefined ? [] : await snapshotTree(currentSystem(), [await process.identity])
    await sidecar.stop()
    const said = [process?.stderrTail().text ?? '', ...(process?.lines.slice(1) ?? []).map(({ text }) => text)]
    const places = { 'an answer': answers, 'its arguments': tree.map(({ args }) => args), 'its output': said }
    for (const [place, texts] of Object.entries(places)) {
      for (const [name, secret] of Object.entries({ token, nonce, 'model key': context.model.apiKey })) {
        expectThat(!texts.some((text) => text.includes(secret)), `no ${name} in ${place}`, `the ${name}`)
      }
    }
    expectThat(process?.lines[0]?.text.includes(token) !== true, 'no token in the ready line', 'the token')
  },
})

/** A traceback of Python, a path of a file or of the user's own folder. */
const inner = [
  /Traceback \(most recent call last\)/,
  /File \\?"[^"]*\.py/,
  /[/\\](site-packages|lib[/\\]python3)/,
  /\.py\b.{0,3}line \d+/,
]

export const hidesInnerWorkings = check({
  id: 'session.security.hides-inner-workings',
  rule: 'MUST NOT show a traceback, a path of a file or the home folder in an error',
  covers: ['SEC-10'],
  catches: ['errors.traceback', 'errors.shows-paths'],
  scope: 'shared',
  async run(context) {
    const answers = await control(() => provoke(context))
    for (const text of answers) {
      const shown =
        inner.find((pattern) => pattern.test(text))?.source ??
        (text.includes(homedir()) && homedir().length > 3 ? homedir() : undefined)
      expectThat(shown === undefined, 'an error without inner workings', text.slice(0, 300))
    }
  },
})
