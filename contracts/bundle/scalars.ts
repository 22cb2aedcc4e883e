// The small forms that manifest and registry share. Only what JSON Schema can express.
import { z } from 'zod'
import { platforms } from './platform.ts'

/** The kind of bundle that holds the interpreter, the sidecar's code and its dependencies. */
export const RuntimeKind = z.literal('python_runtime')

/** The kinds of bundle that hold content alone. */
export const ContentKind = z.enum(['app_agents', 'experts_shared', 'experts', 'chapter'])

export const PlatformName = z.enum(platforms)

export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('SHA-256 as 64 lower-case hexadecimal digits')

export const SizeBytes = z.int().min(0).describe('bytes')

export const Timestamp = z.iso.datetime({ precision: 3 }).describe('RFC 3339, UTC, with milliseconds and Z')

/** Semantic Versioning 2.0.0; the pattern is the one that its site recommends. */
export const Semver = z
  .string()
  .regex(
    /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/,
  )
  .describe('Semantic Versioning 2.0.0')

export const ReleaseSeq = z.int().min(0).describe('grows with every release of this kind and platform; never goes back')
