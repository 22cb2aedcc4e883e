// Data that other users of the machine can read.
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fault } from './fault.ts'

export const openDataDirectory = fault({
  id: 'security.open-data-directory',
  says: 'Leaves its data directory open to everybody.',
  process: { spoilsData: (folder) => chmod(folder, 0o755) },
})

export const openTokenFile = fault({
  id: 'security.open-token-file',
  says: 'Writes its token into a file that everybody may read.',
  process: {
    async spoilsData(folder, token) {
      await writeFile(join(folder, 'connection.json'), JSON.stringify({ token }))
      await chmod(join(folder, 'connection.json'), 0o644)
    },
  },
})
