// A target: where the sidecar under test comes from. One file per kind makes one.

export interface ProcessTarget {
  readonly kind: 'process'
  readonly name: 'mock' | 'command' | 'bundle'
  /** For reports: what is tested, without secrets. */
  readonly describes: string
  readonly file: string
  /** The entrypoint's own arguments; the launch protocol's follow. */
  readonly args: readonly string[]
  readonly cwd?: string
  readonly contentDir?: string
  /** From the start to the ready line, and from there to `/ready` 200. */
  readonly readyWithinMs: number
  /** The bundle's folder and digest, where there is one. */
  readonly bundle?: { readonly dir: string; readonly digest: string; readonly platform: string }
}

/** A sidecar that somebody else started and will stop. */
export interface UrlTarget {
  readonly kind: 'url'
  readonly name: 'url'
  readonly describes: string
  readonly baseUrl: string
  readonly token: string
}

export type Target = ProcessTarget | UrlTarget

/** The target cannot be what was asked for: a mistake of the caller, never the sidecar's failure. */
export class TargetError extends Error {
  override readonly name = 'TargetError'
}
