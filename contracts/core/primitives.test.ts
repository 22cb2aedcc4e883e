import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { amount, count, identifier, timestamp, uuid } from './primitives.ts'

describe.each<[string, z.ZodType, unknown[], unknown[]]>([
  [
    'identifier',
    identifier,
    ['x', 'a.b:c-d_E9', 'x'.repeat(128)],
    ['', 'x'.repeat(129), 'a b', 'a/b', 'ü', 'a\n', 1, null],
  ],
  [
    'timestamp',
    timestamp,
    ['2026-01-31T23:59:59.000Z', '2024-02-29T00:00:00.123Z'],
    [
      '2026-01-31T23:59:59Z',
      '2026-01-31T23:59:59.0000Z',
      '2026-01-31T23:59:59.000+00:00',
      '2026-01-31 23:59:59.000Z',
      '2026-02-29T00:00:00.000Z',
      '2026-13-01T00:00:00.000Z',
      '2026-01-31T24:00:00.000Z',
      '2026-01-31T23:59:59.000z',
      0,
    ],
  ],
  ['count', count, [0, 1, 2 ** 53 - 1], [-1, 0.5, 2 ** 53, '1', null]],
  ['amount', amount, [0, 0.25, 1e9], [-0.1, Number.NaN, Number.POSITIVE_INFINITY, '1']],
  [
    'uuid',
    uuid,
    ['6f1c0b8e-2f43-4c0e-9a35-0f5f2f1e7a11'],
    ['6F1C0B8E-2f43-4c0e-9a35-0f5f2f1e7a11', '6f1c0b8e2f434c0e9a350f5f2f1e7a11', ''],
  ],
])('%s', (_name, schema, takes, refuses) => {
  it.each(takes)('takes %j', (value) => {
    expect(schema.safeParse(value).success).toBe(true)
  })

  it.each(refuses)('refuses %j', (value) => {
    expect(schema.safeParse(value).success).toBe(false)
  })
})
