import { describe, expect, it } from 'vitest'
import { checkPaths } from './path-rules.ts'
import { type Platform, platforms } from './platform.ts'

const levels = (paths: string[], platform: Platform) => [
  ...new Set(checkPaths(paths, platform).map(({ level }) => level)),
]

describe('checkPaths', () => {
  it.each(platforms)('finds nothing wrong with good paths for %s', (platform) => {
    expect(checkPaths(['python/bin/python3', 'content/experts/a.md'], platform)).toEqual([])
  })

  it.each([
    ['windows-x64', 'error'],
    ['macos-x64', 'warning'],
    ['macos-arm64', 'warning'],
    ['linux-x64', 'warning'],
    ['linux-arm64', 'warning'],
  ] as const)('counts a name Windows cannot hold for %s as %s', (platform, level) => {
    expect(levels(['aux.txt'], platform)).toEqual([level])
  })

  it.each([
    ['windows-x64', 'error'],
    ['macos-x64', 'error'],
    ['macos-arm64', 'error'],
    ['linux-x64', 'warning'],
    ['linux-arm64', 'warning'],
  ] as const)('counts spellings that meet for %s as %s', (platform, level) => {
    expect(levels(['A', 'a'], platform)).toEqual([level])
  })

  it.each(platforms)('counts bad form, duplicates and files that are folders as errors for %s', (platform) => {
    for (const paths of [['../x'], ['a', 'a'], ['a', 'a/b']]) expect(levels(paths, platform)).toEqual(['error'])
  })
})
