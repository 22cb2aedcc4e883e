// Lets renderers use the manager in the main process: one channel for each method, and one on which changes are sent.
import type { SidecarManager } from 'sidecheck/desktop'
import type { IpcMain, WebContents } from './electron-parts.ts'

/** preload.cjs names the same channels; a sandboxed preload script can import no file. */
const statusChannel = 'sidecar:status-change'

/**
 * Answers `sidecar:start`, `:stop`, `:ensureRunning`, `:status`, `:getBaseUrl` and `:isRunning`.
 * The token stays in the main process: `manager.getConnection()` has it for the code that calls the sidecar.
 *
 * @param renderers whom to send changes of state; asked anew at each change
 */
export function serveSidecar(manager: SidecarManager, ipcMain: IpcMain, renderers: () => Iterable<WebContents>): void {
  ipcMain.handle('sidecar:start', manager.start)
  ipcMain.handle('sidecar:stop', async () => {
    const { error, success } = await manager.stop()
    return { success, ...(error === undefined ? {} : { error }) }
  })
  ipcMain.handle('sidecar:ensureRunning', manager.ensureRunning)
  ipcMain.handle('sidecar:status', manager.status)
  ipcMain.handle('sidecar:getBaseUrl', manager.getBaseUrl)
  ipcMain.handle('sidecar:isRunning', manager.isRunning)
  manager.onStatusChange((change) => {
    for (const renderer of renderers()) if (!renderer.isDestroyed()) renderer.send(statusChannel, change)
  })
}
