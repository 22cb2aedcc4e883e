// The field rules that every contract shares: identifiers, times, numbers. Each carries examples, from which samples are made.
import { z } from 'zod'

/** An opaque identifier: 1 to 128 characters of `[A-Za-z0-9._:-]`. Compare it, never take it apart. */
export const identifier = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/)
  .meta({ examples: ['01J8Z3Q4', 'a.b:c-d', 'x'] })

/** A moment in UTC: RFC 3339 with exactly three digits of milliseconds and `Z`. Leap seconds are not written. */
export const timestamp = z.iso
  .datetime({ precision: 3 })
  .meta({ examples: ['2026-01-31T23:59:59.000Z', '2026-02-01T00:00:00.123Z'] })

/** A whole number from 0 to 2^53 − 1, the largest that every JSON reader keeps exactly. */
export const count = z.int().min(0)

/** A finite number from 0 up: a duration in milliseconds or a size in bytes, as the field's name says. */
export const amount = z.number().min(0)

/** A UUID in its canonical lower-case form (RFC 9562). */
export const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
  .meta({ examples: ['6f1c0b8e-2f43-4c0e-9a35-0f5f2f1e7a11'] })
