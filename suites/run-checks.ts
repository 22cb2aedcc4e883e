// Runs checks in vitest and gives back each result as it comes. Nothing of vitest shows outside this file.
import { extname, join } from 'node:path'
import type { TestCase, TestModule, Vitest } from 'vitest/node'
import type { Provided } from './provided.ts'
import type { CheckResult } from './run-check.ts'

export interface Outcome {
  readonly results: readonly CheckResult[]
  /** What went wrong outside the checks. */
  readonly accidents: readonly string[]
}

/** Runs the selected checks; `onResult` is called as each ends. Aborting `signal` stops sidecars and checks in order. */
export async function runChecks(
  provided: Provided,
  onResult: (result: CheckResult) => void,
  signal?: AbortSignal,
): Promise<Outcome> {
  const results: CheckResult[] = []
  const accidents: string[] = []
  const reporter = {
    onTestCaseResult(test: TestCase) {
      const result = (test.meta() as { sidecheck?: CheckResult }).sidecheck
      if (result === undefined) return
      results.push(result)
      onResult(result)
    },
    onTestModuleEnd(module: TestModule) {
      for (const error of module.errors()) accidents.push(firstLine(error))
    },
    onTestRunEnd(_modules: readonly TestModule[], unhandled: readonly { message: string }[]) {
      for (const error of unhandled) accidents.push(firstLine(error))
    },
  }
  const vitest = await start(provided, reporter)
  const cancel = () => void vitest.cancelCurrentRun('keyboard-input')
  signal?.addEventListener('abort', cancel)
  try {
    await vitest.start()
  } finally {
    signal?.removeEventListener('abort', cancel)
    await vitest.close()
  }
  return { results, accidents }
}

async function start(provided: Provided, reporter: object): Promise<Vitest> {
  const { createVitest } = await import('vitest/node')
  const root = join(import.meta.dirname, '..')
  const suite = join(import.meta.dirname, `run.suite${extname(import.meta.filename)}`)
  return createVitest(
    {
      config: false,
      root,
      watch: false,
      run: true,
      include: [suite],
      exclude: [],
      dir: import.meta.dirname,
      pool: 'forks',
      maxConcurrency: 1_000,
      reporters: [reporter],
      provide: { sidecheck: provided },
      silent: true,
      teardownTimeout: 30_000,
      // Nothing here needs vite's resolution of packages: they are loaded by Node as they are.
      server: { deps: { external: [/node_modules/] } },
    },
    { logLevel: 'silent' },
  )
}

function firstLine(error: { message?: string }): string {
  return (error.message ?? String(error)).split('\n')[0] ?? ''
}
