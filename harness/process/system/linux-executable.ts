// glibc hands a file that the kernel cannot execute to /bin/sh, so a bundle for another machine would run as a shell script. Look first.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'

/** `e_machine` of what the kernel of this architecture runs without help (x64 runs 32-bit programs too). */
const ELF_MACHINES: Partial<Record<NodeJS.Architecture, readonly number[]>> = { x64: [0x3e, 0x03], arm64: [0xb7] }

/** Null where the file is fine, is only a name to be looked up in PATH, or cannot be read: then spawning itself will tell. */
export function whyLinuxCannotExecute(file: string): string | null {
  const header = file.includes('/') ? firstBytes(file, 20) : null
  if (header === null || header.toString('latin1', 0, 2) === '#!' || hasForeignFormats()) return null
  if (header.toString('latin1', 0, 4) !== '\x7fELF')
    return 'it is neither an ELF program nor a script that begins with #!'
  const machine = header.readUInt16LE(18)
  const machines = ELF_MACHINES[process.arch]
  if (!machines || machines.includes(machine)) return null
  return `it is an ELF program for machine 0x${machine.toString(16)}, not for ${process.arch}`
}

function firstBytes(file: string, bytes: number): Buffer | null {
  try {
    const fd = openSync(file, 'r')
    try {
      const header = Buffer.alloc(bytes)
      readSync(fd, header)
      return header
    } finally {
      closeSync(fd)
    }
  } catch {
    return null
  }
}

/** With binfmt_misc the kernel may run other formats, for instance through qemu. */
function hasForeignFormats(): boolean {
  try {
    return readdirSync('/proc/sys/fs/binfmt_misc').some((name) => name !== 'register' && name !== 'status')
  } catch {
    return false
  }
}
