// The main process of an Electron app with a sidecar. Needs the packages `electron` and `sidecheck`.
import { join } from 'node:path'
import { app, BrowserWindow, ipcMain } from 'electron'
import { SidecarManager } from 'sidecheck/desktop'
import { serveSidecar } from './sidecar-ipc.ts'
import { stopBeforeQuit } from './stop-before-quit.ts'

const bundle = app.isPackaged ? process.resourcesPath : join(app.getAppPath(), 'python', 'dist')
const executable = process.platform === 'win32' ? 'cagent-sidecar.exe' : 'cagent-sidecar'

const manager = new SidecarManager({
  command: { file: join(bundle, 'sidecar', executable) },
  dataDir: join(app.getPath('userData'), 'sidecar'),
})

serveSidecar(manager, ipcMain, () => BrowserWindow.getAllWindows().map(({ webContents }) => webContents))
stopBeforeQuit(app, manager)

app.whenReady().then(() => {
  const window = new BrowserWindow({ webPreferences: { preload: join(import.meta.dirname, 'preload.cjs') } })
  // Windows gives no time at logoff and shutdown, and no `before-quit` either.
  window.on('session-end', manager.killNow)
  void window.loadFile('index.html')
})
app.on('window-all-closed', () => app.quit())
