// Preloaded into a program that is measured, and through NODE_OPTIONS into what it forks: each keeps a file of its own
// up to date with the processor time that it has used. Workers are killed rather than left to exit, so an exit hook alone would miss them.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env['SIDECHECK_BENCH_CPU_DIR']
if (folder !== undefined) {
  const tell = () => writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify(process.cpuUsage()))
  setInterval(tell, 50).unref()
  process.on('exit', tell)
}
