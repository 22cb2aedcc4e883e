// The few parts of Electron that the example needs, so that it can be read, type-checked and run without Electron.

export interface QuitEvent {
  preventDefault(): void
}

/** `electron.app` */
export interface App {
  on(event: 'before-quit', listener: (event: QuitEvent) => void): unknown
  quit(): void
}

/** `electron.ipcMain` */
export interface IpcMain {
  handle(channel: string, handler: () => unknown): void
}

/** A `BrowserWindow`'s `webContents` */
export interface WebContents {
  send(channel: string, message: unknown): void
  isDestroyed(): boolean
}
