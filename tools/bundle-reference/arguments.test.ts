import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseArguments } from './arguments.ts'
import { explainFailure } from './failure.ts'

const failureOf = (args: string[]) => {
  try {
    parseArguments(args, '/default')
    return undefined
  } catch (error) {
    return explainFailure(error)
  }
}

describe('parseArguments', () => {
  it('has a default for everything', () => {
    const out = resolve('/default')
    expect(parseArguments([], '/default')).toEqual({ outDir: out, force: false, python: undefined, help: false })
  })

  it('reads every option, and makes DIR absolute', () => {
    expect(parseArguments(['--out', 'some where', '--force', '--python', '/usr/bin/python3'], '/default')).toEqual({
      outDir: resolve('some where'),
      force: true,
      python: '/usr/bin/python3',
      help: false,
    })
  })

  it.each([[['--frob']], [['extra']], [['--out']], [['--out', '']], [['--python', '']], [['--force=yes']]])(
    'answers %j with exit code 2 and the usage',
    (args) => {
      expect(failureOf(args)).toMatchObject({ exitCode: 2, message: expect.stringContaining('--out DIR') })
    },
  )
})
