// Every command in the README and the guides runs: those of the program as they stand, scripts as far as package.json has them.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const pages = ['README.md', ...(await readdir(join(root, 'docs', 'guides'))).map((name) => `docs/guides/${name}`)]
const commands = (await Promise.all(pages.map(commandsOf))).flat()
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sidecheck-docs-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Commands that show a sidecar breaking its contract; all others end well. */
const breaking = /--fault/

describe('every command of the program runs', () => {
  const own = commands.filter(({ text }) => text.startsWith('npx sidecheck '))
  it('there are some', () => expect(own.length).toBeGreaterThan(4))
  it.each(own)('$page: $text', async ({ text }) => {
    const code = await run(join(root, 'cli', 'sidecheck.js'), wordsOf(text).slice(2))
    expect(code).toBe(breaking.test(text) ? 1 : 0)
  })
})

describe('every script exists', () => {
  const scripts = commands.flatMap(({ page, text }) =>
    [...text.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name = '']) => ({ page, name })),
  )
  it.each(scripts.filter(({ name }) => name !== 'ci'))('$page: npm run $name', async ({ name }) => {
    const { scripts = {} } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts?: object }
    expect(Object.keys(scripts)).toContain(name)
  })
})

describe('every test that is named exists', () => {
  it.each(commands.filter(({ text }) => text.startsWith('npx vitest ')))('$page: $text', async ({ text }) => {
    const [, , , file = ''] = wordsOf(text)
    expect(await readFile(join(root, file), 'utf8')).toContain('it')
  })
})

describe('every page that is linked exists', () => {
  it.each(pages)('%s', async (page) => {
    const text = await readFile(join(root, page), 'utf8')
    for (const [, target = ''] of text.matchAll(/\]\((?!http)([^)#]+)/g)) {
      const path = join(root, page, '..', target)
      await expect(target.endsWith('/') ? readdir(path) : readFile(path), target).resolves.toBeTruthy()
    }
  })
})

interface DocumentedCommand {
  readonly page: string
  readonly text: string
}

/** The lines of a page's shell blocks, without comments. */
async function commandsOf(page: string): Promise<DocumentedCommand[]> {
  const text = await readFile(join(root, page), 'utf8')
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.split('\n'))
  return blocks.map((line) => ({ page, text: line.replace(/\s+#.*$/, '').trim() })).filter(({ text }) => text !== '')
}

function wordsOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
}

/** Runs the program in an empty folder with a stdin that ends at once. */
function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { cwd: folder }, (error) => {
      resolve(error === null ? 0 : Number(error.code))
    })
    child.stdin?.end()
  })
}
