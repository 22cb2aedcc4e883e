// The app quits only when its sidecar is gone. Electron waits for no promise of a listener, so the quit is called off and repeated.
import type { SidecarManager } from 'sidecheck/desktop'
import type { App } from './electron-parts.ts'

export function stopBeforeQuit(app: App, manager: Pick<SidecarManager, 'killNow' | 'stop'>): void {
  let isStopping = false
  let mayPass = false

  app.on('before-quit', (event) => {
    if (mayPass) {
      // For this quit only: a window may still veto it, and the sidecar may be running again at the next one.
      mayPass = false
      return
    }
    event.preventDefault()
    if (isStopping) return
    isStopping = true
    void manager
      .stop()
      .catch((error: unknown) => console.error(error))
      .finally(() => {
        isStopping = false
        mayPass = true
        app.quit()
      })
  })

  // For ends that nobody may call off: app.exit(), an uncaught exception, a start between the stop and the end.
  process.on('exit', manager.killNow)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit())
}
