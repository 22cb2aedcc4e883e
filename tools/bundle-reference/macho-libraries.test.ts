import { describe, expect, it } from 'vitest'
import { parseOtool, resolveReference } from './macho-libraries.ts'

it('reads what otool prints, each reference once, without what every Mac has', () => {
  const printed = [
    '/p/lib/_ssl.so (architecture x86_64):',
    '\t/opt/homebrew/opt/openssl@3/lib/libssl.3.dylib (compatibility version 3.0.0, current version 3.0.0)',
    '\t@loader_path/my lib.dylib (compatibility version 1.0.0, current version 1.0.0)',
    '\t/usr/lib/libSystem.B.dylib (compatibility version 1.0.0, current version 1351.0.0)',
    '/p/lib/_ssl.so (architecture arm64):',
    '\t/opt/homebrew/opt/openssl@3/lib/libssl.3.dylib (compatibility version 3.0.0, current version 3.0.0)',
    '\t/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation (compatibility version 150.0.0, current version 1.0)',
  ].join('\n')
  expect(parseOtool(printed)).toEqual(['/opt/homebrew/opt/openssl@3/lib/libssl.3.dylib', '@loader_path/my lib.dylib'])
})

describe('resolveReference', () => {
  it.each([
    ['/opt/lib/libx.dylib', '/opt/lib/libx.dylib'],
    ['@loader_path/libx.dylib', '/p/lib/libx.dylib'],
    ['@executable_path/../lib/libx.dylib', '/p/bin/../lib/libx.dylib'],
    ['@rpath/libx.dylib', undefined],
  ])('follows %s to %s', (reference, expected) => {
    expect(resolveReference(reference, '/p/lib/_ssl.so', '/p/bin/python3')).toBe(expected)
  })
})
