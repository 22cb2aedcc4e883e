import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contracts } from '../../contracts.ts'
import { sessionContract } from '../../session/contract.ts'
import { contract } from '../contract.ts'
import { json, operation } from '../operation.ts'
import { ajvJudge } from './ajv-judge.ts'
import { freeze, freezeAll } from './freeze.ts'
import { checkFrozen } from './frozen-folder.ts'
import { contractDigest } from './lock.ts'

const frozen = join(import.meta.dirname, '../../frozen')

describe('the frozen contracts', () => {
  it('are what the source gives; if not, run `npm run freeze` and look at the difference', async () => {
    expect(await checkFrozen(frozen, freezeAll(Object.values(contracts)))).toEqual([])
  })

  it('are the same text each time', () => {
    expect([...freeze(sessionContract)]).toEqual([...freeze(sessionContract)])
  })

  it('hold no line end but LF, end with one, and close no object', () => {
    for (const [path, text] of freezeAll(Object.values(contracts))) {
      expect(text, path).toMatch(/[^\n]\n$/)
      expect(text, path).not.toContain('\r')
      expect(text, path).not.toMatch(/"additionalProperties": false/)
    }
  })
})

describe('freeze', () => {
  const thing = (members: z.core.$ZodLooseShape) =>
    contract({
      id: 'thing/1',
      says: 'A thing.',
      operations: {
        get: operation({
          id: 'thing.get',
          says: 'Get it.',
          method: 'GET',
          path: '/thing',
          output: json(z.looseObject(members)),
          errors: [],
        }),
      },
      capabilities: z.looseObject({}),
      documents: {},
    })

  it('names a body without an id after its operation', () => {
    expect([...freeze(thing({ a: z.string() })).keys()]).toEqual([
      'thing-1/contract.json',
      'thing-1/openapi.json',
      'thing-1/schemas/thing.get.output.json',
      'thing-1/schemas/Capabilities.json',
    ])
  })

  it('does not depend on the order in which members are declared', () => {
    const texts = (members: z.core.$ZodLooseShape) =>
      freeze(thing(members)).get('thing-1/schemas/thing.get.output.json')
    const [a, b] = [z.string().optional(), z.int().optional()]
    expect(texts({ a, b })).toBe(texts({ b, a }))
  })

  it('keeps a named schema that holds itself usable alone', () => {
    const tree = z
      .looseObject({
        leaf: z.int(),
        get next() {
          return z.array(tree).optional()
        },
      })
      .meta({ id: 'Tree' })
    const files = freeze(contract({ id: 'page/1', says: 'A page.', operations: {}, documents: { Tree: tree } }))
    const judge = ajvJudge(JSON.parse(files.get('page-1/schemas/Tree.json') ?? ''))
    expect(judge({ leaf: 1, next: [{ leaf: 2, next: [] }] })).toBe(true)
    expect(judge({ leaf: 1, next: [{ leaf: 'x' }] })).toBe(false)
  })

  it('writes the capability of an operation, and none for what all serve', () => {
    const { operations } = JSON.parse(freeze(sessionContract).get('session-1/contract.json') ?? '')
    expect(operations['session.run.stream'].capability).toBe('runs')
    expect(operations['session.cells.stream'].capability).toBe('notebook')
    expect(operations['session.health']).not.toHaveProperty('capability')
  })

  it('refuses two different schemas of one name', () => {
    const named = thing({}).operations.get
    const twice = contract({
      ...thing({}),
      operations: {
        one: { ...named, id: 'one', path: '/one', output: json(z.looseObject({}).meta({ id: 'Same' })) },
        two: { ...named, id: 'two', path: '/two', output: json(z.looseObject({ a: z.int() }).meta({ id: 'Same' })) },
      },
    })
    expect(() => freeze(twice)).toThrow('contract thing/1: two different schemas are named Same; give one another id')
  })

  it('gives a contract of documents no OpenAPI, no errors and no process', () => {
    const files = freeze(
      contract({ id: 'page/1', says: 'A page.', operations: {}, documents: { Page: z.looseObject({}) } }),
    )
    expect([...files.keys()]).toEqual(['page-1/contract.json', 'page-1/schemas/Page.json'])
    expect(JSON.parse(files.get('page-1/contract.json') ?? '')).toEqual({
      contract: 'page/1',
      says: 'A page.',
      operations: {},
      streams: {},
      bounds: {},
      documents: { Page: { schema: 'Page', direction: 'both' } },
    })
  })
})

describe('the lock', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

  it('holds the digest of every file, and one over their sorted lines', () => {
    const files = freeze(sessionContract)
    const lock = JSON.parse(freezeAll([sessionContract]).get('lock.json') ?? '')['session/1']
    const paths = [...files.keys()].sort()
    expect(Object.keys(lock.files)).toEqual(paths)
    const lines = paths.map((path) => `${sha256(files.get(path) ?? '')} ${path}\n`)
    expect(lock.digest).toBe(sha256(lines.join('')))
    expect(contractDigest(files)).toBe(lock.digest)
  })

  it('changes with any byte of any file, and not with the order of the files', () => {
    const files = freeze(sessionContract)
    for (const [path, text] of files) {
      expect(contractDigest(new Map([...files, [path, `${text} `]]))).not.toBe(contractDigest(files))
    }
    expect(contractDigest(new Map([...files].reverse()))).toBe(contractDigest(files))
  })
})
