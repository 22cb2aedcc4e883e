// Reads contracts back from their frozen files.
import type { JsonSchema } from '../../sample.ts'
import type { ContractFile } from '../contract-file.ts'
import type { FrozenFiles } from '../freeze.ts'

export interface FrozenContract {
  readonly file: ContractFile
  /** A frozen schema by its name. Throws an Error where its file is missing. */
  schema(name: string): JsonSchema
}

/** The contracts among `files`, by id: each is where a `contract.json` stands. Throws an Error of one line for a file that is not JSON. */
export function frozenContracts(files: FrozenFiles): Map<string, FrozenContract> {
  const folders = [...files.keys()].flatMap((path) => path.match(/^(.*\/|)contract\.json$/)?.[1] ?? [])
  return new Map(
    folders.map((folder) => {
      const file = parse(files, `${folder}contract.json`) as ContractFile
      return [file.contract, { file, schema: (name) => parse(files, `${folder}schemas/${name}.json`) as JsonSchema }]
    }),
  )
}

function parse(files: FrozenFiles, path: string): unknown {
  const text = files.get(path)
  if (text === undefined) throw new Error(`the frozen contract names ${path}, which is not there`)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${path} must be JSON: ${error instanceof Error ? error.message : error}`)
  }
}
