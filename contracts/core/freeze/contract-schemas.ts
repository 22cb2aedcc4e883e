// Which schemas a contract freezes, and under which names.
import { z } from 'zod'
import type { Contract } from '../contract.ts'
import type { Grammar } from '../grammar.ts'
import type { Operation } from '../operation.ts'
import type { JsonSchema } from '../sample.ts'
import { sameJson } from './canonical-json.ts'
import { schemaFile, schemaName } from './schema-file.ts'

/** Every frozen schema of `contract` by name. Throws a TypeError where two different schemas have one name. */
export function contractSchemas(contract: Contract): Map<string, JsonSchema> {
  const files = new Map<string, JsonSchema>()
  for (const [name, schema] of namedSchemas(contract)) {
    const file = schemaFile(contract.id, name, schema)
    if (files.has(name) && !sameJson(files.get(name), file))
      throw new TypeError(`contract ${contract.id}: two different schemas are named ${name}; give one another id`)
    files.set(name, file)
  }
  return files
}

export function inputName({ id, input }: Operation): string | undefined {
  return input === undefined ? undefined : schemaName(input, `${id}.input`)
}

/** The name of the JSON body that an operation answers with; `undefined` where it answers none. */
export function outputName({ id, output }: Operation): string | undefined {
  return output.kind === 'json' ? schemaName(output.schema, `${id}.output`) : undefined
}

export function eventName(grammar: Grammar, type: string): string {
  return `${grammar.name}.${type}`
}

/** The grammars of a contract's streams, each once. */
export function grammarsOf({ operations }: Contract): Grammar[] {
  const streams = Object.values(operations).flatMap(({ output }) => (output.kind === 'stream' ? [output.grammar] : []))
  return [...new Set(streams)]
}

/** The documents of a contract, with what it declares about itself. */
export function documentsOf({ capabilities, documents }: Contract): Readonly<Record<string, z.ZodType>> {
  return capabilities === undefined ? documents : { ...documents, Capabilities: capabilities }
}

/** Every schema that a contract freezes, with its name; one that is used twice comes twice. */
export function* namedSchemas(contract: Contract): Generator<[name: string, schema: z.ZodType]> {
  for (const operation of Object.values(contract.operations)) {
    const { input, output } = operation
    if (input !== undefined) yield [inputName(operation) ?? '', input]
    if (output.kind === 'json') yield [outputName(operation) ?? '', output.schema]
  }
  for (const grammar of grammarsOf(contract)) {
    for (const [type, schema] of Object.entries(grammar.schemas)) yield [eventName(grammar, type), schema]
    yield [grammar.name, anyEvent(grammar)]
  }
  yield* Object.entries(documentsOf(contract))
}

/** Any event of a stream. Readers must let events of other types pass. */
function anyEvent({ name, schemas }: Grammar): z.ZodType {
  return z
    .union(Object.values(schemas) as [z.ZodType, ...z.ZodType[]])
    .describe(`An event of a ${name} stream. Other types may come too; ignore what you do not know.`)
}
