// Names that Windows cannot hold. Pure text, so that every system gives the same verdict.
import { type Finding, type FindingCode, finding } from './finding.ts'

/**
 * What keeps a bundle path from being a file name on Windows (BND-11); empty when nothing does. Each part is judged by itself.
 * All findings are errors here: whether they matter depends on the bundle's platform, see `checkPaths`.
 */
export function checkWindowsNames(path: string): Finding[] {
  return nameRules
    .filter(([, , isBroken]) => path.split('/').some(isBroken))
    .map(([code, expected]) => finding(code, path, expected, path))
}

type NameRule = readonly [code: FindingCode, expected: string, isBroken: (part: string) => boolean]

const nameRules: readonly NameRule[] = [
  ['path.windows-reserved', 'no device name of Windows', isDeviceName],
  ['path.windows-character', 'none of < > : " | ? * and no control character', (part) => /[<>:"|?*\0-\x1f]/.test(part)],
  ['path.windows-trailing', 'no dot or space at the end of a part', (part) => /[. ]$/.test(part) && !isDots(part)],
  ['path.windows-length', 'at most 255 UTF-16 code units a part', (part) => part.length > 255],
]

/** Windows opens the device whatever extension follows, and ignores spaces before it: `nul`, `NUL.txt`, `Com¹ .log`. */
function isDeviceName(part: string): boolean {
  const stem = part.replace(/[.:].*$/s, '').replace(/ +$/, '')
  return /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])$/i.test(stem)
}

/** `.` and `..` are wrong on every system, and reported as that alone. */
function isDots(part: string): boolean {
  return part === '.' || part === '..'
}
