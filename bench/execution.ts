// What the reference bundle adds to the code that it runs: beside a bare interpreter and a bare kernel, in one interleaved run.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { bounds } from '../contracts/session/bounds.ts'
import { sessionContract } from '../contracts/session/contract.ts'
import { program } from '../fixtures/programs/programs.ts'
import { newRecorder } from '../harness/client/exchange.ts'
import { patience } from '../harness/client/patience.ts'
import { typedClient } from '../harness/client/typed-client.ts'
import { startModelServer } from '../harness/model/server.ts'
import { startSidecar } from '../harness/sidecar.ts'
import { bundleTarget } from '../harness/targets/bundle.ts'
import type { Bench } from './bench.ts'
import { contest } from './contest.ts'
import { neededBundle } from './needed-bundle.ts'

export const bench: Bench = {
  name: 'execution',
  says: 'From a request to what the code says: the reference bundle against its own Python without a sidecar.',
  needsBundle: true,
  async run(effort) {
    const bundle = await neededBundle()
    const python = join(bundle.dir, ...bundle.manifest.python_executable_relpath.split('/'))
    await using model = await startModelServer()
    const target = await bundleTarget(bundle.dir, { contract: 'session/1' })
    const start = { contract: sessionContract, model, patience: patience(5), bounds }
    await using sidecar = await startSidecar(target, start)
    const client = typedClient({ ...sidecar.client(newRecorder([sidecar.token])), contract: sessionContract })
    const { session_id } = (await client.newSession()).body
    await client.startKernel({ session_id })
    await using kernel = await bareKernel(python)

    const run = await contest(
      [
        { name: 'reference', measure: firstOutputMs },
        { name: 'bare', measure: () => bareRunMs(python) },
      ],
      effort,
    )
    const cell = await contest(
      [
        { name: 'reference', measure: cellMs },
        { name: 'bare', measure: kernel.runMs },
      ],
      effort,
    )
    return [
      { what: 'first output of a run', unit: 'ms', ...run },
      { what: '1 + 1 in a cell', unit: 'ms', ...cell },
    ]

    async function firstOutputMs(): Promise<number> {
      const beganMs = performance.now()
      const { code } = program('prints-forty-two')
      const stream = await client.streamRun({ session_id }, { lane: 'user', language: 'python', code })
      await stream.next('run_output')
      const tookMs = performance.now() - beganMs
      await stream.ended()
      return tookMs
    }

    async function cellMs(): Promise<number> {
      const beganMs = performance.now()
      const cells = [{ cell_id: 'one-plus-one', code: program('one-plus-one').code }]
      const stream = await client.streamCells({ session_id }, { cells })
      await stream.next('cell_complete')
      const tookMs = performance.now() - beganMs
      await stream.ended()
      return tookMs
    }
  },
}

/** From spawning the interpreter to the first byte of its output. */
async function bareRunMs(python: string): Promise<number> {
  const beganMs = performance.now()
  const child = spawn(python, ['-I', '-B', '-u', '-c', program('prints-forty-two').code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')
  const tookMs = performance.now() - beganMs
  await exited
  return tookMs
}

/** A kernel without a sidecar, asked by a program that does nothing else. */
async function bareKernel(python: string): Promise<AsyncDisposable & { runMs(): Promise<number> }> {
  const child = spawn(python, ['-B', '-u', join(import.meta.dirname, 'bare-kernel.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const lines = createInterface(child.stdout)
  await once(lines, 'line')
  return {
    async runMs() {
      const answered = once(lines, 'line')
      child.stdin.write('again\n')
      return (JSON.parse(String((await answered)[0])) as { ms: number }).ms
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await exited
    },
  }
}
