// What can be wrong with a bundle's manifest, registry or paths: a closed list of codes, and the shape of one finding.

/** Every code a finding of this folder can carry, with the rule it reports, as a sentence. Codes are permanent. */
export const findingCodes = {
  'manifest.not-json': 'The manifest is one JSON object in UTF-8, without a byte order mark.',
  'manifest.format-version': 'The manifest has a format_version that this contract knows (1).',
  'manifest.schema': 'The manifest has every required field, each of the declared form.',
  'manifest.tree-digest': 'sha256 is the tree digest of files[].',
  'manifest.entry-missing': 'entrypoint and python_executable_relpath name an executable file of files[].',
  'manifest.lists-itself': 'files[] lists neither the manifest nor its signature.',
  'manifest.path-length': 'No path is longer than max_relpath_utf16, in UTF-16 code units.',
  'manifest.expiry': 'expires_at lies after created_at.',
  'manifest.link-digest': "A link's size and sha256 are those of the UTF-8 bytes of its target.",
  'manifest.link-escapes': "A link's target is relative and stays inside the bundle.",
  'registry.not-json': 'The registry is one JSON object in UTF-8, without a byte order mark.',
  'registry.schema': 'The registry has every required field, each of the declared form.',
  'registry.mismatch': 'A registry entry says the same of a bundle as the bundle’s own manifest.',
  'path.empty': 'A path is not empty.',
  'path.absolute': 'A path is relative.',
  'path.drive': 'A path does not begin with a drive letter.',
  'path.backslash': 'A path is separated by / alone.',
  'path.nul': 'A path holds no NUL.',
  'path.empty-part': 'A path has no empty part.',
  'path.dot-part': 'A path has no part . or ..',
  'path.not-nfc': 'A path is in Unicode normalisation form C.',
  'path.not-unicode': 'A path is well-formed Unicode, without a lone surrogate.',
  'path.duplicate': 'No two entries have the same path.',
  'path.collision': 'No two paths, nor the folders above them, differ in case or Unicode form alone.',
  'path.file-is-folder': 'No path is a file or link and a folder at once.',
  'path.windows-reserved': 'No part is a device name of Windows, with or without an extension.',
  'path.windows-character': 'No part holds a character that Windows forbids.',
  'path.windows-trailing': 'No part ends in a dot or a space.',
  'path.windows-length': 'No part is longer than 255 UTF-16 code units.',
} as const

export type FindingCode = keyof typeof findingCodes

/**
 * One thing that is wrong, as data.
 *
 * `path` says where: for `path.*` the bundle path itself, else a URI-fragment JSON pointer into the document (`#/files/3/mode`).
 * A `warning` breaks no rule of this bundle's own platform, and would on another.
 */
export type Finding = {
  code: FindingCode
  level: 'error' | 'warning'
  path: string
  expected: string
  received: string
}

/** An error-level finding. `received` is written as JSON (at most 120 characters), so that invisible characters show. */
export function finding(code: FindingCode, path: string, expected: string, received: unknown): Finding {
  return { code, level: 'error', path, expected, received: shown(received) }
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}
