// What may stand in a path where an identifier is meant.
import fc from 'fast-check'
import type { IdentifierChoice } from '../wire/request.ts'
import { identifiers } from './hostile-targets.ts'

const written = fc.oneof(
  { arbitrary: fc.constantFrom(...identifiers), weight: 3 },
  { arbitrary: fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/), weight: 1 },
  { arbitrary: fc.string({ minLength: 1, maxLength: 12 }).map(encodeURIComponent), weight: 1 },
  { arbitrary: fc.integer({ min: 129, max: 9_000 }).map((length) => 'i'.repeat(length)), weight: 1 },
)

/** One that is known, one of something ended, or any text. */
export const identifierChoices: fc.Arbitrary<IdentifierChoice> = fc.oneof(
  { arbitrary: fc.nat(30).map((known) => ({ known })), weight: 3 },
  { arbitrary: fc.nat(30).map((ended) => ({ ended })), weight: 1 },
  { arbitrary: written.map((written) => ({ written })), weight: 3 },
)
