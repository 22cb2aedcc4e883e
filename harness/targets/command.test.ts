import { describe, expect, it } from 'vitest'
import { commandTarget, splitWords } from './command.ts'
import { TargetError } from './target.ts'

describe('splitWords', () => {
  it.each([
    ['python -m my_sidecar', ['python', '-m', 'my_sidecar']],
    ['  a\t b\n c  ', ['a', 'b', 'c']],
    ['', []],
    ['   ', []],
    [`"a b" 'c d'`, ['a b', 'c d']],
    [`a"b c"d'e f'g`, ['ab cde fg']],
    [`"" ''`, ['', '']],
    [`"it's" 'a "word"'`, [`it's`, 'a "word"']],
    ['$HOME *.py `x`', ['$HOME', '*.py', '`x`']],
    ['Ünï "cö dé"', ['Ünï', 'cö dé']],
  ])('on every system: %j', (line, words) => {
    expect(splitWords(line, 'linux')).toEqual(words)
    expect(splitWords(line, 'darwin')).toEqual(words)
    expect(splitWords(line, 'win32')).toEqual(words)
  })

  it.each([
    ['a\\ b', ['a b']],
    ['a\\\\b', ['a\\b']],
    ['\\"a\\"', ['"a"']],
    [`'a\\b'`, ['a\\b']],
    ['"a\\b \\" \\\\ \\$x"', ['a\\b " \\ $x']],
    ['"\\d+"', ['\\d+']],
    ['a\\', ['a\\']],
  ])('where backslashes escape: %j', (line, words) => {
    expect(splitWords(line, 'linux')).toEqual(words)
  })

  it.each([
    ['C:\\Python\\python.exe -m x', ['C:\\Python\\python.exe', '-m', 'x']],
    ['"C:\\Program Files\\x.exe" --dir "C:\\a b\\"', ['C:\\Program Files\\x.exe', '--dir', 'C:\\a b\\']],
    ['\\\\server\\share\\x.exe', ['\\\\server\\share\\x.exe']],
  ])('where backslashes are letters: %j', (line, words) => {
    expect(splitWords(line, 'win32')).toEqual(words)
  })

  it.each(['a "b c', `a 'b`, `"it's`])('refuses the open quote of %j', (line) => {
    expect(() => splitWords(line, 'linux')).toThrow(TargetError)
    expect(() => splitWords(line, 'linux')).toThrow(/^--command has an open ["']; received .*\. Close it\.$/)
  })
})

describe('commandTarget', () => {
  it('starts the first word with the others', () => {
    const target = commandTarget('python -m "my sidecar"', { cwd: '/tmp', contentDir: '/content' })
    expect(target).toEqual({
      kind: 'process',
      name: 'command',
      describes: 'python -m "my sidecar"',
      file: 'python',
      args: ['-m', 'my sidecar'],
      readyWithinMs: 60_000,
      cwd: '/tmp',
      contentDir: '/content',
    })
  })

  it.each(['', '  '])('needs a program, which %j is not', (line) => {
    expect(() => commandTarget(line)).toThrow(TargetError)
    expect(() => commandTarget(line)).toThrow(/^--command needs a program; received an empty text\. Example: .*$/)
  })
})
