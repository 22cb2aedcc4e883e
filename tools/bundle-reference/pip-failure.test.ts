import { describe, expect, it } from 'vitest'
import { explainFailure } from './failure.ts'
import { pipFailure } from './pip-failure.ts'

const judged = (output: string) => explainFailure(pipFailure({ output, summary: 'Command failed' }, 'x.lock'))
const notFound =
  'ERROR: Could not find a version that satisfies the requirement a==1 (from versions: none)\nERROR: No matching distribution found for a==1'

describe('pipFailure', () => {
  it.each([
    `WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(<x>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/a/\n${notFound}`,
    `Could not fetch URL http://index/simple/a/: connection error: HTTPConnectionPool(host='index', port=80): Max retries exceeded with url: /simple/a/ (Caused by NameResolutionError("Failed to resolve 'index' ([Errno -2] Name or service not known)")) - skipping\n${notFound}`,
    `WARNING: Retrying (Retry(total=4)) after connection broken by 'ReadTimeoutError("Read timed out. (read timeout=15)")': /simple/a/\n${notFound}`,
  ])('leaves the bundle out where no index can be reached', (output) => {
    expect(judged(output)).toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/^left out: pip cannot reach a package index/),
    })
  })

  it('names the cause that the system gave', () => {
    const output = `connection broken by 'NewConnectionError(<x>: [Errno 111] Connection refused')'\n${notFound}`
    expect(judged(output).message).toBe('left out: pip cannot reach a package index ([Errno 111] Connection refused)')
  })

  it('leaves the bundle out where no wheel fits this machine', () => {
    expect(judged(`Looking in indexes: x\n${notFound}`)).toEqual({
      exitCode: 3,
      message:
        'left out: a package of x.lock cannot be had for this Python and system (No matching distribution found for a==1)',
    })
  })

  it('never takes a wrong hash for a missing network, whatever stands around it', () => {
    const output = `WARNING: Retrying after connection broken by 'ReadTimeoutError'\nERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.`
    expect(judged(output)).toMatchObject({ exitCode: 1, message: expect.stringContaining('x.lock') })
  })

  it('calls everything else broken, with the last error pip told', () => {
    expect(judged('ERROR: one\nERROR: Invalid requirement: y\nnote').message).toBe(
      'pip could not install x.lock: Invalid requirement: y',
    )
    expect(judged('').message).toBe('pip could not install x.lock: Command failed')
  })
})
