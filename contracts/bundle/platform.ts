// The platforms a bundle can be made for, and which of them this process runs on.

/** The platforms of the release matrix: only these can make a release gate (contract, "Bundles"). */
export const releasePlatforms = ['macos-x64', 'macos-arm64', 'windows-x64'] as const

/** Every platform a manifest may name. The Linux ones are for development: all checks run, none makes a gate. */
export const platforms = [...releasePlatforms, 'linux-x64', 'linux-arm64'] as const

export type Platform = (typeof platforms)[number]

/** Whether a bundle for this platform can make a release gate. */
export function isReleasePlatform(platform: Platform): boolean {
  return releasePlatforms.some((release) => release === platform)
}

/**
 * The platform of a system and processor, in Node's words; of this process by default.
 * `undefined` where no bundle exists for it. Under Rosetta an x64 Node says `macos-x64`: it is the process that counts.
 */
export function currentPlatform(
  system: string = process.platform,
  processor: string = process.arch,
): Platform | undefined {
  const name = `${systemNames.get(system)}-${processor}`
  return platforms.find((platform) => platform === name)
}

const systemNames = new Map([
  ['darwin', 'macos'],
  ['win32', 'windows'],
  ['linux', 'linux'],
])
