// `node tools/soak.ts [TIMES]`: the whole suite against the mock, 50 times unless told otherwise; all must pass every time.
import { mockTarget } from '../harness/targets/mock.ts'
import { redOf, runAll } from '../suites/self/run-all.ts'

const times = Number(process.argv[2] ?? 50)
if (!Number.isInteger(times) || times < 1) {
  process.stderr.write(`soak: expected how many times, a whole number from 1; received ${process.argv[2]}\n`)
  process.exit(2)
}
process.exitCode = await soak(times)

async function soak(times: number): Promise<number> {
  let red = 0
  for (let time = 1; time <= times; time += 1) if (!(await allPass(`${time} of ${times}`))) red += 1
  process.stdout.write(red === 0 ? `all ${times} times the same\n` : `${red} of ${times} times something was red\n`)
  return red === 0 ? 0 : 1
}

async function allPass(time: string): Promise<boolean> {
  const beganMs = performance.now()
  const results = await runAll(mockTarget())
  const red = redOf(results)
  const tookS = ((performance.now() - beganMs) / 1000).toFixed(1)
  process.stdout.write(`${time}: ${results.size - red.length} of ${results.size} passed in ${tookS} s\n`)
  for (const id of red) {
    const { expected, reason, received, status } = results.get(id) ?? {}
    process.stdout.write(`  ${id} ${status}: expected ${expected ?? reason}; received ${received}\n`)
  }
  return red.length === 0
}
