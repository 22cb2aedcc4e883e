import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { program } from '../fixtures/programs/programs.ts'

it('takes the process of a kernel along, also when it is killed itself', async () => {
  const mock = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--no-token'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(mock.stdout, 'data')) as [Buffer]
  const { port } = JSON.parse(line.toString()) as { port: number }
  const post = (path: string, body: object = {}) =>
    fetch(`http://127.0.0.1:${port}/api/session/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const { session_id: session } = (await (await post('new')).json()) as { session_id: string }
  await post(`${session}/kernel`)
  const { code } = program('prints-its-pid')
  const events = await (await post(`${session}/kernel/cells/stream`, { cells: [{ cell_id: 'a', code }] })).text()
  const pid = Number(/"text":"(\d+)\\n"/.exec(events)?.[1])
  expect(process.kill(pid, 0)).toBe(true)
  mock.kill('SIGKILL')
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false)
}, 30_000)

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
