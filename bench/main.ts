// `npm run bench [name…] [--rounds N] [--json]`: measures and prints; never fails for being slow.
import { parseArgs } from 'node:util'
import { type Row, usualEffort } from './bench.ts'
import { benches } from './benches.ts'
import { formatRows } from './format-rows.ts'

/** Runs the named benches, or all. Resolves with the exit code: 0, or 2 for a name that is none. */
export async function main(argv: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({ args: [...argv], options: flags, allowPositionals: true })
  const unknown = positionals.find((name) => !benches.has(name))
  if (unknown !== undefined) {
    process.stderr.write(`there is no bench ${unknown}; there are ${[...benches.keys()].join(', ')}\n`)
    return 2
  }
  const chosen = [...benches.values()].filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  const effort = { ...usualEffort, ...(values.rounds === undefined ? {} : { rounds: Number(values.rounds) }) }
  const results: { bench: string; rows: Row[] }[] = []
  for (const bench of chosen) {
    if (!values.json) process.stdout.write(`${bench.says}\n`)
    const rows = await bench.run(effort)
    results.push({ bench: bench.name, rows })
    if (!values.json) process.stdout.write(`${formatRows(bench.name, rows, process.stdout)}\n`)
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ node: process.version, effort, results }, null, 2)}\n`)
  return 0
}

const flags = { json: { type: 'boolean', default: false }, rounds: { type: 'string' } } as const

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
