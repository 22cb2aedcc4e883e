// Runs one of the system's own tools (ps, lsof, netstat, …) and gives its output.
import { execFile } from 'node:child_process'

/**
 * @param okCodes exit codes that are an answer too (ps and lsof say 1 where nothing was found)
 * @throws Error when the tool is missing, says another code, or takes longer than 30 s
 */
export function runTool(
  file: string,
  args: readonly string[],
  { env = process.env, okCodes = [0] }: { env?: NodeJS.ProcessEnv; okCodes?: readonly number[] } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const limits = { maxBuffer: 64 * 1024 * 1024, timeout: 30_000, windowsHide: true }
    execFile(file, [...args], { ...limits, env, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null || (typeof error.code === 'number' && okCodes.includes(error.code))) return resolve(stdout)
      reject(new Error(explain(file, args, error.code ?? error.signal, stderr), { cause: error }))
    })
  })
}

function explain(file: string, args: readonly string[], received: unknown, stderr: string): string {
  const said = stderr.trim().split('\n')[0] || 'nothing on stderr'
  return `Expected ${file} ${args.join(' ')} to answer, received ${received} (${said}). Run it by hand to see why.`
}
