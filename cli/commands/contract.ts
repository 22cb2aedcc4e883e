// `sidecheck contract`: list the contracts, write them out, compare two frozen versions, freeze the sources.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { contracts } from '../../contracts/contracts.ts'
import { diffContracts } from '../../contracts/core/freeze/diff/diff-contracts.ts'
import { formatChanges } from '../../contracts/core/freeze/diff/format-changes.ts'
import { freeze, freezeAll } from '../../contracts/core/freeze/freeze.ts'
import { checkFrozen, loadFrozen, writeFrozen } from '../../contracts/core/freeze/frozen-folder.ts'
import { type Operation, servedWhere } from '../../contracts/core/operation.ts'
import type { Command } from '../command.ts'
import { parseWords } from '../parse-words.ts'
import { nearest, UsageError } from '../usage-error.ts'

export const contract: Command = {
  says: 'List, export, compare or freeze contracts.',
  help: `sidecheck contract list                       what contracts there are
sidecheck contract export [ID] --out DIR      write JSON Schema, OpenAPI and contract.json
sidecheck contract diff BEFORE AFTER          compare two frozen folders; exit 1 if a change breaks
sidecheck contract diff BEFORE                compare a frozen folder with this version
sidecheck contract freeze [--check]           write contracts/frozen from the sources`,
  async run([verb = '', ...rest]) {
    const { positionals, values } = parseWords(rest, {
      out: { type: 'string' },
      check: { type: 'boolean' },
      json: { type: 'boolean' },
    })
    if (verb === 'list') return list()
    if (verb === 'export') return exportTo(positionals[0], values['out'])
    if (verb === 'diff') return diff(positionals, values['json'] === true)
    if (verb === 'freeze') return freezeSources(values['check'] === true)
    const near = nearest(verb, ['list', 'export', 'diff', 'freeze'])
    throw new UsageError(
      `contract needs list, export, diff or freeze; received ${verb || 'nothing'}${near === undefined ? '' : `; did you mean ${near}?`}`,
    )
  },
}

function list(): number {
  for (const { id, operations, says } of Object.values(contracts)) {
    process.stdout.write(`${id}: ${says}\n`)
    for (const operation of Object.values<Operation>(operations)) {
      const { method, path, says } = operation
      const sentences = [says, servedWhere(operation)].filter((sentence) => sentence !== undefined)
      process.stdout.write(`  ${method.padEnd(6)} ${path.padEnd(52)} ${sentences.join(' ')}\n`)
    }
  }
  return 0
}

async function exportTo(id: string | undefined, out: unknown): Promise<number> {
  if (typeof out !== 'string' || out === '') throw new UsageError('contract export needs --out DIR')
  const chosen = id === undefined ? Object.values(contracts) : [find(id)]
  const files = new Map(chosen.flatMap((contract) => [...freeze(contract)]))
  await writeFrozen(resolve(out), files)
  process.stdout.write(`${files.size} files in ${resolve(out)}\n`)
  return 0
}

async function diff([before, after, ...rest]: readonly string[], json: boolean): Promise<number> {
  if (before === undefined || rest.length > 0)
    throw new UsageError('contract diff needs one or two folders of frozen contracts')
  const changes = diffContracts(
    await frozenIn(before),
    after === undefined ? freezeAll(Object.values(contracts)) : await frozenIn(after),
  )
  process.stdout.write(json ? `${JSON.stringify(changes, null, 2)}\n` : `${formatChanges(changes)}\n`)
  return changes.some(({ kind }) => kind === 'breaking') ? 1 : 0
}

async function freezeSources(check: boolean): Promise<number> {
  const folder = join(import.meta.dirname, '..', '..', 'contracts', 'frozen')
  if (!existsSync(join(import.meta.dirname, '..', '..', 'contracts', 'contracts.ts'))) {
    throw new UsageError('contract freeze writes the sources of a clone; here there are none')
  }
  const files = freezeAll(Object.values(contracts))
  const stale = check ? await checkFrozen(folder, files) : await writeFrozen(folder, files)
  for (const path of stale)
    process.stdout.write(`contracts/frozen/${path}: ${check ? 'is not what the source gives' : 'written'}\n`)
  if (check && stale.length > 0) process.stdout.write('Run `npm run freeze`.\n')
  return check && stale.length > 0 ? 1 : 0
}

function find(id: string) {
  const found = contracts[id]
  if (found === undefined)
    throw new UsageError(`there is no contract ${id}; there are ${Object.keys(contracts).join(', ')}`)
  return found
}

async function frozenIn(folder: string) {
  try {
    return await loadFrozen(resolve(folder))
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
