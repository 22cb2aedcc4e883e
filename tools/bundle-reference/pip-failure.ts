// What a failed pip means: an index that cannot be reached is the machine's lack, everything else is the project's fault.
import { broken, leftOut } from './failure.ts'
import type { ProgramResult } from './run-program.ts'

/** The failure to throw for a failed `pip install -r lockFile`. pip must not have been quiet: it tells causes at its usual level only. */
export function pipFailure({ output, summary }: Pick<ProgramResult, 'output' | 'summary'>, lockFile: string): Error {
  const reason = lastError(output) ?? summary
  if (output.includes('DO NOT MATCH THE HASHES'))
    return broken(`a hash in ${lockFile} is not that of the file the index gives; write the lock again (${reason})`)
  if (isUnreachable(output)) return leftOut(`pip cannot reach a package index (${networkCause(output) ?? reason})`)
  if (/no matching distribution|could not find a version/i.test(output))
    return leftOut(`a package of ${lockFile} cannot be had for this Python and system (${reason})`)
  return broken(`pip could not install ${lockFile}: ${reason}`)
}

/** The words of pip, urllib3 and the system for a network that is not there, in any order of retries. */
function isUnreachable(output: string): boolean {
  return unreachable.test(output)
}

const unreachable =
  /NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|connection broken|Connection (refused|reset|aborted)|Max retries exceeded|timed out|Temporary failure in name resolution|Network is unreachable/i

function lastError(output: string): string | undefined {
  const lines = output.split(/\r?\n/)
  return lines
    .findLast((line) => line.startsWith('ERROR:'))
    ?.slice('ERROR:'.length)
    .trim()
}

function networkCause(output: string): string | undefined {
  return /\[Errno -?\d+\] [^'")\n]+/.exec(output)?.[0]
}
