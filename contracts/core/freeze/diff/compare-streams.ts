// Compares the streams of two versions of a contract: their events, their order and their laws.
import type { Ending } from '../../grammar.ts'
import type { StreamEntry } from '../contract-file.ts'
import { type Change, type Difference, type Effect, judge } from './change.ts'
import { compareEntries, compareFields, compareNames, compareValues, namesIn } from './compare-names.ts'
import { compareSchemas } from './compare-schemas.ts'
import { compareShapes } from './compare-shapes.ts'
import type { FrozenContract } from './frozen-contract.ts'

export function compareStreams(before: FrozenContract, after: FrozenContract): Change[] {
  const [was, is] = [before.file.streams, after.file.streams]
  const differences = [...compareNames('stream', was, is, 'adds'), ...compareEntries(was, is, compareGrammar)]
  const events = Object.entries(was).flatMap(([name, stream]) => compareEvents(stream, is[name], before, after))
  return [...judge(differences, 'sent'), ...events]
}

/** A law is what its sentence says. Readers let events of unknown types pass, unless they end the stream: a new end `widens`, a new event `adds`. */
function compareGrammar(name: string, was: StreamEntry, is: StreamEntry): Difference[] {
  return [
    ...compareNames(`${name} event`, was.events, is.events, 'adds'),
    ...compareNames(`${name} end`, was.ends, is.ends, 'widens'),
    ...compareEntries(was.ends, is.ends, (type, old, now) =>
      compareValues(`${name} end ${type}`, old, now, ending(now)),
    ),
    ...compareFields(name, was, is, { opens: 'differs', sequence: 'differs', wireId: 'differs' }),
    ...compareNames(`${name} constant`, namesIn(was.constant), namesIn(is.constant), 'narrows'),
    ...compareNames(`${name} law`, was.laws, is.laws, 'narrows'),
    ...compareEntries(was.laws, is.laws, (law, old, now) => compareValues(`${name} law ${law}`, old, now, 'differs')),
    ...compareShapes(name, was, is),
  ]
}

/** An end that may come at any time may come where it could not before. */
function ending(now: Ending): Effect {
  return now === 'anywhere' ? 'widens' : 'narrows'
}

function compareEvents(
  was: StreamEntry,
  is: StreamEntry | undefined,
  before: FrozenContract,
  after: FrozenContract,
): Change[] {
  return Object.entries(was.events).flatMap(([type, name]) => {
    const now = is?.events[type]
    return now === undefined ? [] : compareSchemas(`${name} event`, before.schema(name), after.schema(now), 'sent')
  })
}
