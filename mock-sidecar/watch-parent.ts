// Notices that the parent process has died, also where somebody else keeps its end of the stdin pipe open.

/** Calls `onDeath` once, within about half a second of the death of process `pid`. */
export function watchParent(pid: number, onDeath: () => void): void {
  const timer = setInterval(() => {
    if (alive(pid)) return
    clearInterval(timer)
    onDeath()
  }, 500)
  timer.unref()
}

/** Signal 0 asks without sending. A zombie answers too; its own parent reaps it soon, or the ppid of this process changes. */
function alive(pid: number): boolean {
  if (pid === firstParent && process.ppid !== firstParent) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const firstParent = process.ppid
