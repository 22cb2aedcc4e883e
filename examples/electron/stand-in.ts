// An app without Electron: runs the example's own main-process code with an `app` and an `ipcMain` that behave like Electron's.
// Takes a data folder and the fake sidecar's flags, and on stdin one word a line: the name of a channel's method, `quit` or `exit`.
import { EventEmitter } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { SidecarManager } from '../../harness/desktop/index.ts'
import { serveSidecar } from './sidecar-ipc.ts'
import { stopBeforeQuit } from './stop-before-quit.ts'

/** As Electron does it: a listener may call the quit off, and none is waited for. */
class StandInApp extends EventEmitter {
  quit = () => {
    let calledOff = false
    this.emit('before-quit', { preventDefault: () => (calledOff = true) })
    tell({ quit: calledOff ? 'called off' : 'passed' })
    if (!calledOff) process.exit(0)
  }
}

const tell = (what: object) => void process.stdout.write(`${JSON.stringify(what)}\n`)
const handlers = new Map<string, () => unknown>()
const [dataDir = '', ...flags] = process.argv.slice(2)
const program = fileURLToPath(new URL('../../harness/desktop/fixtures/fake-sidecar.mjs', import.meta.url))

const app = new StandInApp()
const ipcMain = { handle: (channel: string, handler: () => unknown) => void handlers.set(channel, handler) }
const page = { send: (_: string, change: unknown) => tell({ change }), isDestroyed: () => false }
// Not guarded, as inside Electron: nothing but the example's own code and the sidecar's sees to the end.
const command = { file: process.execPath, args: [program, ...flags] }
const manager = new SidecarManager({ command, dataDir, guarded: false, stop: { forceAfterMs: { sigterm: 500 } } })

serveSidecar(manager, ipcMain, () => [page])
stopBeforeQuit(app, manager)

for await (const word of createInterface({ input: process.stdin })) {
  if (word === 'quit') app.quit()
  else if (word === 'exit') process.exit(3)
  else void answer(word)
}

async function answer(method: string): Promise<void> {
  tell({ [method]: await handlers.get(`sidecar:${method}`)?.() })
}
