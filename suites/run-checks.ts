// Runs checks in vitest and gives back each result as it comes. Nothing of vitest shows outside this file.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
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
  const root = await mkdtemp(join(tmpdir(), 'sidecheck-run-'))
  try {
    await runIn(await start(root, provided, reporter), signal)
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 })
  }
  return { results, accidents }
}

async function runIn(vitest: Vitest, signal: AbortSignal | undefined): Promise<void> {
  const cancel = () => void vitest.cancelCurrentRun('keyboard-input')
  signal?.addEventListener('abort', cancel)
  try {
    await vitest.start()
  } finally {
    signal?.removeEventListener('abort', cancel)
    await vitest.close()
  }
}

/** `root` is where vitest writes what it must: neither the package nor the caller's folder need be writable. */
async function start(root: string, provided: Provided, reporter: object): Promise<Vitest> {
  const { createVitest } = await import('vitest/node')
  using _ = keepSignals()
  return await createVitest(
    {
      config: false,
      root,
      dir: import.meta.dirname,
      // Relative, since a folder's name may hold what means something in a glob.
      include: [`run.suite${extname(import.meta.filename)}`],
      exclude: [],
      watch: false,
      run: true,
      pool: 'forks',
      maxConcurrency: 1_000,
      reporters: [reporter],
      provide: { sidecheck: provided },
      silent: true,
      teardownTimeout: 30_000,
      // Node loads the checks as it loads this file, sources or built, also inside node_modules.
      experimental: { viteModuleRunner: false, nodeLoader: false },
      cache: false,
      fsModuleCache: false,
    },
    { logLevel: 'silent' },
  )
}

/** vitest leaves at once when it is interrupted. Here the caller decides that, so what it adds in the meantime is taken away again. */
function keepSignals(): Disposable {
  const before = interrupts.map((name) => process.listeners(name))
  return {
    [Symbol.dispose]() {
      for (const [place, name] of interrupts.entries()) {
        for (const listener of process.listeners(name))
          if (!before[place]?.includes(listener)) process.off(name, listener)
      }
    },
  }
}

const interrupts = ['SIGINT', 'SIGTERM'] as const

function firstLine(error: { message?: string }): string {
  return (error.message ?? String(error)).split('\n')[0] ?? ''
}
