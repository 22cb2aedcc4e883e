// `sidecheck mock`: a sidecar to build a desktop against, well behaved or broken on demand.
import { randomBytes } from 'node:crypto'
import { runMock } from '../../mock-sidecar/main.ts'
import type { Command } from '../command.ts'
import { knownToMock } from '../known-to-mock.ts'
import { parseWords, wholeNumber } from '../parse-words.ts'
import { UsageError } from '../usage-error.ts'

export const mock: Command = {
  says: 'Serve a mock sidecar to build a desktop against.',
  help: `sidecheck mock [options]

  --contract ID      default session/1
  --port N           default 0: any free port, said in the ready line
  --scenario NAME    the story of turns, and what code comes to; --list names them. Default happy
  --fault NAME       breaks the contract in this way; may stand several times
  --seed N           makes texts and identifiers repeatable
  --keepalive-ms N   default 5000
  --no-token         asks for no token; else SIDECAR_TOKEN, or a random one printed on stderr
  --list             list scenarios and faults

Stops at the end of stdin (also a terminal's Ctrl-D), at Ctrl-C and at POST /shutdown. Try:
  npx sidecheck mock --port 8700 --no-token --fault turn.ends-twice`,
  async run(argv) {
    const { positionals, values } = parseWords(argv, flags)
    if (positionals.length > 0) throw new UsageError(`there is nothing to do with ${positionals.join(' ')}; see --help`)
    if (values['list'] === true) return list()
    if (typeof values['port'] === 'string') wholeNumber('--port', values['port'], 0, 65_535)
    if (typeof values['seed'] === 'string') wholeNumber('--seed', values['seed'], 0, 2 ** 32 - 1)
    if (typeof values['keepalive-ms'] === 'string') wholeNumber('--keepalive-ms', values['keepalive-ms'], 1, 15_000)
    await knownToMock((values['fault'] as string[] | undefined) ?? [], values['scenario'] as string | undefined)
    const { SIDECAR_TOKEN: token = randomBytes(32).toString('base64url'), ...env } = process.env
    const asksToken = values['no-token'] !== true
    if (asksToken && process.env['SIDECAR_TOKEN'] === undefined) process.stderr.write(`token: ${token}\n`)
    const code = await runMock([...argv], { ...env, ...(asksToken ? { SIDECAR_TOKEN: token } : {}) })
    return code === 64 || code === 69 || code === 78 ? 2 : code
  },
}

const flags = {
  contract: { type: 'string' },
  port: { type: 'string' },
  scenario: { type: 'string' },
  fault: { type: 'string', multiple: true },
  seed: { type: 'string' },
  'keepalive-ms': { type: 'string' },
  'no-token': { type: 'boolean' },
  list: { type: 'boolean' },
} as const

async function list(): Promise<number> {
  const { loadScenarios } = await import('../../mock-sidecar/scenarios/load-scenario.ts')
  const { loadFaults } = await import('../../mock-sidecar/faults/load-faults.ts')
  const scenarios = [...(await loadScenarios()).values()].map(({ name, says }) => `  ${name.padEnd(22)} ${says}`)
  const faults = [...(await loadFaults()).values()].map(({ id, says }) => `  ${id.padEnd(36)} ${says}`)
  process.stdout.write(['Scenarios:', ...scenarios, '', 'Faults:', ...faults.sort(), ''].join('\n'))
  return 0
}
