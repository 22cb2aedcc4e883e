// Who may import whom. The table is the rule; the proofs below show that it can be broken.
import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { expect, test } from 'vitest'
import { findImports, type Import } from './imports/find-imports.ts'
import { type FolderRule, judgeFolders, judgePackages, reachable } from './imports/judge-imports.ts'

const rules: readonly FolderRule[] = [
  { of: 'contracts/', may: [] },
  { of: 'fixtures/', may: ['contracts/'] },
  { of: 'mock-sidecar/', may: ['contracts/', 'fixtures/'] },
  { of: 'harness/', may: ['contracts/'] },
  { of: 'suites/', may: ['contracts/', 'harness/', 'fixtures/'] },
  { of: 'suites/self/', may: ['contracts/', 'harness/', 'fixtures/', 'suites/', 'mock-sidecar/'] },
  { of: 'cli/', may: ['contracts/', 'harness/', 'fixtures/', 'suites/', 'mock-sidecar/'] },
  { of: 'index.ts', may: ['contracts/', 'harness/', 'suites/', 'mock-sidecar/', 'cli/'] },
  { of: 'vitest.config.ts', may: [] },
  // What never ships may know everything.
  { of: 'tools/', may: [''] },
  { of: 'bench/', may: [''] },
  { of: 'fuzz/', may: [''] },
]

const root = join(import.meta.dirname, '..')
const imports = sourceFiles(['**/*.{ts,js,mjs}']).flatMap((file) => findImports(file, read(file)))
const packages = declared()
const shipped = reachable(buildRoots(), imports)

test('folders import only what the table allows', () => {
  expect(judgeFolders(imports, rules)).toEqual([])
})

test('every package that is imported is declared, and what ships needs no development dependency', () => {
  expect(judgePackages(imports, shipped, packages)).toEqual([])
})

test('what ships reaches no test and no tool', () => {
  expect([...shipped].filter((file) => /\.test\.ts$|^(suites\/self|tools|bench|fuzz)\//.test(file))).toEqual([])
  expect(shipped).toContain('harness/targets/mock.ts')
})

test('imports are found in every form, and only imports', () => {
  const source = `
    import type { A } from './a.ts'
    import b from 'b'
    import '@scope/c/deep'
    export * from '../d.ts'
    export { e } from './e.ts'
    const f = await import('./f.ts')
    type G = import('./g.ts').G
    const text = "import x from './text.ts'" // import y from './comment.ts'
  `
  const found = findImports('suites/session/x.ts', source).map(({ to }) => to)
  expect(found.sort()).toEqual(
    ['@scope/c/deep', 'b', 'suites/d.ts', ...['a', 'e', 'f', 'g'].map((name) => `suites/session/${name}.ts`)].sort(),
  )
})

test.each([
  ['contracts/core/problem.ts', 'harness/verdict.ts'],
  ['fixtures/programs/programs.ts', 'mock-sidecar/mock.ts'],
  ['mock-sidecar/mock.ts', 'harness/verdict.ts'],
  ['harness/targets/mock.ts', 'mock-sidecar/mock.ts'],
  ['suites/session/turns.ts', 'mock-sidecar/mock.ts'],
  ['suites/session/turns.ts', 'cli/main.ts'],
  ['harness/sidecar.ts', 'index.ts'],
  ['unheard-of/x.ts', 'contracts/core/problem.ts'],
])('%s must not import %s', (from, to) => {
  expect(judgeFolders([ours(from, to)], rules)).toHaveLength(1)
})

test.each([
  ['suites/self/proof.test.ts', 'mock-sidecar/mock.ts'],
  ['mock-sidecar/mock.ts', 'mock-sidecar/server/front.ts'],
  ['tools/build.ts', 'cli/main.ts'],
])('%s may import %s', (from, to) => {
  expect(judgeFolders([ours(from, to)], rules)).toEqual([])
})

test('a package that is not declared, or not shipped, is told', () => {
  const known = { dependencies: ['zod'], devDependencies: ['execa'] }
  const judge = (to: string) => judgePackages([{ from: 'a.ts', to, isOurs: false }], new Set(['a.ts']), known)
  expect(judge('zod/v4')).toEqual([])
  expect(judge('node:fs')).toEqual([])
  expect(judge('left-pad')).toEqual([expect.stringContaining('does not declare')])
  expect(judge('execa')).toEqual([expect.stringContaining('is shipped')])
})

function ours(from: string, to: string): Import {
  return { from, to, isOurs: true }
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

/** Paths from the project's folder, with `/` on every system. */
function sourceFiles(patterns: readonly string[]): string[] {
  const ignored = ['node_modules/**', 'dist/**', 'examples/**', 'tools/node/**', '.cache/**']
  return globSync(patterns, { cwd: root, exclude: ignored }).map((file) => file.split(sep).join('/'))
}

/** Where the build begins, as its configuration says. */
function buildRoots(): string[] {
  const { files, include } = JSON.parse(read('tsconfig.build.json')) as { files: string[]; include: string[] }
  return [...files, ...sourceFiles(include), 'cli/sidecheck.js']
}

function declared() {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, object>
  return { dependencies: Object.keys(dependencies ?? {}), devDependencies: Object.keys(devDependencies ?? {}) }
}
