import { describe, expect, it } from 'vitest'
import { isLeftBehind, isWindowsRuntime, layoutFor } from './layout.ts'

const version = { major: 3, minor: 11 }

describe('layoutFor', () => {
  it.each([
    ['a prefix of its own', '/opt/python/3.11.7', '/opt/python/3.11.7/lib/python3.11', 'python/lib/python3.11'],
    ['the system itself', '/usr', '/usr/lib/python3.11', 'python/lib/python3.11'],
    ['a system with lib64', '/usr', '/usr/lib64/python3.11', 'python/lib64/python3.11'],
    ['a library outside its prefix', '/opt/python', '/usr/lib/python3.11', 'python/lib/python3.11'],
  ])('puts the library of %s where its program finds it', (_, prefix, stdlib, expected) => {
    expect(layoutFor('linux', { ...version, prefix, stdlib })).toEqual({
      executable: 'python/bin/python3',
      stdlib: expected,
      libraries: 'python/lib',
    })
  })

  it('puts everything beside python.exe on Windows', () => {
    expect(layoutFor('win32', { ...version, prefix: 'C:\\Python311', stdlib: 'C:\\Python311\\Lib' })).toEqual({
      executable: 'python/python.exe',
      stdlib: 'python/Lib',
      libraries: 'python',
    })
  })
})

describe('isLeftBehind', () => {
  it.each([
    ...['test', 'test/test_os.py', 'unittest/test', 'ctypes/test', 'json/__pycache__', 'os.pyc', 'site-packages'],
    ...['dist-packages/yaml', 'config-3.11-x86_64-linux-gnu', 'idlelib', 'tkinter', 'ensurepip', 'lib2to3'],
    ...['lib-dynload/_testcapi.cpython-311-x86_64-linux-gnu.so', 'lib-dynload/nis.cpython-311-darwin.so', 'nis.so'],
    ...['_tkinter.pyd', 'tcl86t.dll', 'python311_d.dll', '_ssl.pdb', 'sitecustomize.py'],
  ])('leaves %s behind', (path) => {
    expect(isLeftBehind(path)).toBe(true)
  })

  it.each([
    ...['os.py', 'unittest/mock.py', 'unittest', 'configparser.py', 'testing.py', 'lib-dynload/_ssl.cpython-311.so'],
    ...['_sysconfigdata__linux_x86_64-linux-gnu.py', 'doctest.py', '_ssl.pyd', 'libssl-3.dll', 'sqlite3.dll', 'venv'],
  ])('takes %s', (path) => {
    expect(isLeftBehind(path)).toBe(false)
  })
})

it('knows the libraries that stand beside python.exe', () => {
  const names = [
    'python3.dll',
    'python311.dll',
    'vcruntime140.dll',
    'vcruntime140_1.dll',
    'python.exe',
    'NEWS.txt',
    'nis.dll',
  ]
  expect(names.filter(isWindowsRuntime)).toEqual(names.slice(0, 4))
})
