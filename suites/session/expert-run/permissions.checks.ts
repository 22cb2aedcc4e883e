// What experts may: only those that there are, with the tools that are declared, on the network that is declared.
import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { program } from '../../../fixtures/programs/programs.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import { expectProblem } from '../expect-problem.ts'
import { needsLane, requestFor, runToEnd } from '../runs.ts'
import { openSession } from '../turns.ts'

export const refusesTools = check({
  id: 'session.expert-run.refuses-tools',
  rule: 'MUST answer 403 TOOL_NOT_ALLOWED, before any stream, to a run with a tool outside `expert.tools`, and 404 EXPERT_NOT_FOUND to one of an unknown expert',
  covers: ['EXE-13'],
  catches: [
    'expert.allows-any-tool',
    'expert.takes-anybody',
    'run.refuses-inside-the-stream',
    'run.refuses-tools-inside-the-stream',
  ],
  scope: 'shared',
  skip: needsLane('expert'),
  async run(context) {
    const { capabilities, client } = context
    const tools = capabilities.expert?.tools ?? []
    await control(() => runToEnd(context, 'prints-forty-two', { lane: 'expert', tools }))
    const session_id = await control(() => openSession(context))
    const good = requestFor(context, program('prints-forty-two'), { lane: 'expert' })
    const ask = (change: object) => client.ask('streamRun', { session_id }, { ...good, ...change })
    expectProblem(await ask({ tools: [...tools, 'a-tool-of-nobody'] }), 'TOOL_NOT_ALLOWED')
    expectProblem(await ask({ expert_id: 'nobody-of-this-name' }), 'EXPERT_NOT_FOUND')
  },
})

export const keepsOffTheNetwork = check({
  id: 'session.expert-run.keeps-off-the-network',
  rule: 'SHOULD keep the code of experts off the network, also off the sidecar, where `expert.network` is `deny`',
  covers: ['EXE-18'],
  catches: ['expert.reaches-the-network'],
  scope: 'shared',
  skip: (capabilities) => {
    const { network } = (capabilities['expert'] ?? {}) as { network?: string }
    const why = `the sidecar declares \`expert.network\` ${network}: nothing is refused`
    return needsLane('expert')(capabilities) ?? (network === 'deny' ? undefined : why)
  },
  async run(context) {
    await using listener = await listen()
    await control(() => mustListen(listener.port))
    const before = listener.connections()
    for (const port of [listener.port, Number(new URL(context.sidecar.baseUrl).port)]) {
      const code = program('connects', { PORT: port })
      const { result, run } = await control(() => runToEnd(context, code, { lane: 'expert' }))
      const said = `${result.stdout.head}${result.stdout.tail}`.trim()
      expectThat(!said.includes('connected'), 'a connection that is refused', said, run.at)
    }
    expectSame(listener.connections(), before, 'connections that came:')
  },
})

interface Listener extends AsyncDisposable {
  readonly port: number
  connections(): number
}

async function listen(): Promise<Listener> {
  let count = 0
  const server: Server = createServer((socket) => {
    count += 1
    socket.on('error', () => undefined).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the listener has no port')
  return {
    port: address.port,
    connections: () => count,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

/** Whoever is allowed to can connect. */
async function mustListen(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.destroy()
}
