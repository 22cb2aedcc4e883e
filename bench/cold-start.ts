// How long it takes from spawning the mock to its ready line, against a bare server that says its port.
import type { Bench } from './bench.ts'
import { contest } from './contest.ts'
import { type ServerCommand, startServer } from './server-process.ts'
import { bareCommand, mockCommand, mockIsBuilt } from './servers.ts'

export const bench: Bench = {
  name: 'cold-start',
  says: 'From spawning a process to its ready line: the mock against bare node:http.',
  async run(effort) {
    const contender = (name: string, command: ServerCommand) => ({
      name,
      measure: () => meanStartMs(effort.starts, command),
    })
    const contenders = [contender('mock', mockCommand()), contender('bare', bareCommand())]
    const outcome = await contest(contenders, effort)
    const note = mockIsBuilt ? {} : { note: 'from the sources; `npm run build` makes the program that is meant' }
    return [{ what: 'ready line', unit: 'ms', ...outcome, aim: { atMost: 1.4 }, ...note }]
  },
}

async function meanStartMs(starts: number, command: ServerCommand): Promise<number> {
  let sumMs = 0
  for (let time = 0; time < starts; time += 1) {
    await using server = await startServer(command)
    sumMs += server.startedInMs
  }
  return sumMs / starts
}
