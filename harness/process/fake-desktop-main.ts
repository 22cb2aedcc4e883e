// A desktop that can be killed, see behind-desktop.ts: starts the command in its arguments and ends as that ends.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const [file = '', ...args] = process.argv.slice(2)

const sidecar = spawn(file, args, {
  env: { ...process.env, SIDECAR_PARENT_PID: String(process.pid) },
  // On Windows a child that is not detached is put into a job that dies with us: the sidecar would be ended, not leave.
  detached: true,
  windowsHide: true,
  // The harness has the other end of 3, and keeps it.
  stdio: [3, 'inherit', 'inherit'],
})

sidecar.once('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
sidecar.once('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
