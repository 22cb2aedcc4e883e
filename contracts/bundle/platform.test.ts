import { describe, expect, it } from 'vitest'
import { currentPlatform, isReleasePlatform, platforms } from './platform.ts'

describe('currentPlatform', () => {
  it.each([
    ['darwin', 'x64', 'macos-x64'],
    ['darwin', 'arm64', 'macos-arm64'],
    ['win32', 'x64', 'windows-x64'],
    ['linux', 'x64', 'linux-x64'],
    ['linux', 'arm64', 'linux-arm64'],
    ['win32', 'arm64', undefined],
    ['freebsd', 'x64', undefined],
  ])('names %s %s as %s', (system, processor, expected) => {
    expect(currentPlatform(system, processor)).toBe(expected)
  })
})

it('counts exactly the three platforms of the release matrix', () => {
  expect(platforms.filter(isReleasePlatform)).toEqual(['macos-x64', 'macos-arm64', 'windows-x64'])
})
