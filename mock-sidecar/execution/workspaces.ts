// The folders in which code runs. They are made up: names and contents are kept here, nothing is on the disk.
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Keeps } from './rules.ts'

export interface Workspace {
  /** What `os.getcwd()` would say. */
  readonly path: string
  /** Its files: their texts by name. */
  readonly files: Map<string, string>
}

export interface Workspaces {
  /** The workspace of a session, in which the code of its user starts, and its cells. */
  ofSession(workspaceId: string): Workspace
  /** A fresh one for a run of an expert. */
  forRun(runId: string): Workspace
  /** The run is over, and so is its workspace. */
  remove(workspace: Workspace): void
  /** Writes a file by its path. Code may do so in `own` alone: returns whether it did. */
  write(path: string, text: string, own: Workspace): boolean
  /** Removes what a fault has left on the disk. */
  close(): void
}

/** No workspaces yet. */
export function newWorkspaces(keeps: Keeps): Workspaces {
  const root = join(tmpdir(), `mock-sidecar-${randomUUID()}`)
  const sessions = new Map<string, Workspace>()
  const shared = emptyIn(join(root, 'experts', 'shared'))
  const elsewhere: Workspace = { path: process.cwd(), files: new Map() }
  let onDisk = false

  return {
    ofSession(workspaceId) {
      if (!keeps('startsInWorkspace')) return elsewhere
      const [other] = sessions.values()
      const isNew = !sessions.has(workspaceId)
      if (isNew && other !== undefined && !keeps('separatesWorkspaces')) return other
      const workspace = sessions.get(workspaceId) ?? emptyIn(join(root, 'sessions', workspaceId))
      sessions.set(workspaceId, workspace)
      return workspace
    },
    forRun: (runId) => (keeps('separatesRuns') ? emptyIn(join(root, 'experts', runId)) : shared),
    remove(workspace) {
      if (workspace === shared || keeps('removesWorkspace')) return
      onDisk = true
      mkdirSync(workspace.path, { recursive: true })
    },
    write(path, text, own) {
      const owner = [own, ...sessions.values()].find((workspace) => path.startsWith(join(workspace.path, '/')))
      if (owner === undefined || (owner !== own && keeps('guardsWorkspace'))) return false
      owner.files.set(path.slice(owner.path.length + 1), text)
      return true
    },
    close() {
      if (onDisk) rmSync(root, { recursive: true, force: true })
    },
  }
}

function emptyIn(path: string): Workspace {
  return { path, files: new Map() }
}
