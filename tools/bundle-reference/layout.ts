// Where the parts of an embedded interpreter stand inside a bundle, and which parts stay behind. Pure text, no disk.
import { posix, win32 } from 'node:path'
import type { Interpreter } from './interpreter.ts'

/** Paths inside the bundle, with `/`. */
export type Layout = {
  executable: string
  /** The standard library. Python finds it from where its own program lies, so this part of the tree keeps its native form. */
  stdlib: string
  /** Shared libraries that the interpreter needs and a system need not have. */
  libraries: string
}

/** The options that make an embedded interpreter deaf to its surroundings; see `docs/decisions/embedded-python.md`. */
export const interpreterArgs: readonly string[] = ['-I', '-B', '-u', '-X', 'utf8']

/** The layout for a system, in Node's words. On Windows everything stands where python.exe stands. */
export function layoutFor(system: string, { prefix, stdlib, major, minor }: LayoutSource): Layout {
  if (system === 'win32') return { executable: 'python/python.exe', stdlib: 'python/Lib', libraries: 'python' }
  const native = posix.relative(prefix, stdlib)
  const folder = native.startsWith('..') || native === '' ? `lib/python${major}.${minor}` : native
  return { executable: 'python/bin/python3', stdlib: `python/${folder}`, libraries: 'python/lib' }
}

type LayoutSource = Pick<Interpreter, 'prefix' | 'stdlib' | 'major' | 'minor'>

/**
 * Whether a file or folder of the standard library is left behind. `path` is relative to the library (or to Windows' `DLLs`), with `/`.
 * Left behind are tests, developers' tools, windows, installers, and everything that belongs to the machine it comes from.
 */
export function isLeftBehind(path: string): boolean {
  const parts = path.split('/')
  const [top = '', name = ''] = [parts[0], parts.at(-1)]
  return (
    wholeParts.has(top) ||
    top.startsWith('config-') ||
    parts.some((part) => anywhere.has(part)) ||
    unneededFiles.test(name)
  )
}

const wholeParts = new Set([
  ...['site-packages', 'dist-packages', 'sitecustomize.py', 'usercustomize.py', 'EXTERNALLY-MANAGED'],
  ...['idlelib', 'tkinter', 'turtledemo', 'turtle.py', 'ensurepip', 'lib2to3'],
])

const anywhere = new Set(['__pycache__', 'test', 'tests', 'idle_test'])

/** Compiled tests and examples; tkinter; nis, which needs a library tree of its own; debug files of Windows. */
const unneededFiles =
  /^(_test|_ctypes_test|_xxtestfuzz|xxlimited|xxsubtype|_tkinter|nis(?=\.)|tcl\d|tk\d).*\.(so|pyd|dll)$|\.(pyc|pdb|a|lib)$|_d\.(pyd|dll)$/

/** The files beside python.exe that it needs: the interpreter's own libraries and the C runtime. */
export function isWindowsRuntime(name: string): boolean {
  return /^(python3\d*|vcruntime\d+(_\d+)?|msvcp\d+|ucrtbase)\.dll$/i.test(win32.basename(name))
}
