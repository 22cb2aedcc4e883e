// Writes the frozen contracts from the source, or with `--check` names the files that are stale and exits 1.
// node contracts/core/freeze/write-frozen.ts [--check] [folder]; the folder is contracts/frozen unless another is named.
import { join, relative, sep } from 'node:path'
import { parseArgs } from 'node:util'
import { contracts } from '../../contracts.ts'
import { freezeAll } from './freeze.ts'
import { checkFrozen, writeFrozen } from './frozen-folder.ts'

const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true })
const folder = positionals[0] ?? join(import.meta.dirname, '../../frozen')
const shown = relative('', folder).split(sep).join('/')
const files = freezeAll(Object.values(contracts))

if (values.check) {
  const stale = await checkFrozen(folder, files)
  for (const path of stale) console.error(`${shown}/${path}: is not what the source gives; run \`npm run freeze\``)
  process.exitCode = stale.length === 0 ? 0 : 1
} else {
  const touched = await writeFrozen(folder, files)
  console.log(`${shown}: ${files.size} files, ${touched.length} changed`)
}
