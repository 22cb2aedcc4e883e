// What a page sees of the sidecar: `window.electronAPI.sidecar`. The channels are those of sidecar-ipc.ts.
const { contextBridge, ipcRenderer } = require('electron')

const call = (method) => () => ipcRenderer.invoke(`sidecar:${method}`)

contextBridge.exposeInMainWorld('electronAPI', {
  sidecar: {
    start: call('start'),
    stop: call('stop'),
    ensureRunning: call('ensureRunning'),
    status: call('status'),
    getBaseUrl: call('getBaseUrl'),
    isRunning: call('isRunning'),
    /** Gives the way to unsubscribe. */
    onStatusChange(callback) {
      const listener = (_event, change) => callback(change)
      ipcRenderer.on('sidecar:status-change', listener)
      return () => ipcRenderer.removeListener('sidecar:status-change', listener)
    },
  },
})
