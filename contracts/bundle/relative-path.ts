// The form of a path inside a bundle: relative, with /, in NFC, without tricks. The same verdict on every system.
import { type Finding, type FindingCode, finding } from './finding.ts'

/**
 * What is wrong with the form of one bundle path (`files[].path`, `entrypoint`, an archive's entry name); empty when it is good.
 * These are errors on every platform. A path can have several faults; each kind is reported once.
 */
export function checkRelativePath(path: string): Finding[] {
  return formRules
    .filter(([, , isBroken]) => isBroken(path))
    .map(([code, expected]) => finding(code, path, expected, path))
}

/** Whether a path has the form a bundle asks for. */
export function isRelativePath(path: string): boolean {
  return checkRelativePath(path).length === 0
}

type FormRule = readonly [code: FindingCode, expected: string, isBroken: (path: string) => boolean]

const formRules: readonly FormRule[] = [
  ['path.empty', 'at least one character', (path) => path === ''],
  ['path.absolute', 'a path that does not begin with /', (path) => path.startsWith('/')],
  ['path.drive', 'no drive letter', (path) => /^[A-Za-z]:/.test(path)],
  ['path.backslash', '/ between the parts', (path) => path.includes('\\')],
  ['path.nul', 'no NUL', (path) => path.includes('\0')],
  ['path.empty-part', 'no // and no / at the end', (path) => /\/\/|.\/$/s.test(path)],
  ['path.dot-part', 'no part . or ..', (path) => path.split('/').some((part) => part === '.' || part === '..')],
  ['path.not-unicode', 'well-formed Unicode', (path) => !path.isWellFormed()],
  ['path.not-nfc', 'normalisation form C', (path) => path !== path.normalize('NFC')],
]
