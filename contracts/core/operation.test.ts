import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import {
  empty,
  fillPath,
  isServed,
  json,
  matchPath,
  operation,
  type PathParameter,
  pathParameters,
  servedWhere,
} from './operation.ts'

describe('a path', () => {
  it('names its parameters in order', () => {
    expect(pathParameters('/api/session/{session_id}/turns/{turn_id}/cancel')).toEqual(['session_id', 'turn_id'])
    expect(pathParameters('/health')).toEqual([])
  })

  it('knows them as types', () => {
    expectTypeOf<PathParameter<'/a/{x}/b/{y_z}'>>().toEqualTypeOf<'x' | 'y_z'>()
    expectTypeOf<PathParameter<'/health'>>().toEqualTypeOf<never>()
  })

  it.each([
    ['an identifier', 'a.b:c-d_e', '/s/a.b%3Ac-d_e/end'],
    ['a slash', 'a/../b', '/s/a%2F..%2Fb/end'],
    ['a query', 'a?b#c', '/s/a%3Fb%23c/end'],
    ['a percent sign', '%2f', '/s/%252f/end'],
    ['other letters', 'ü 😀', '/s/%C3%BC%20%F0%9F%98%80/end'],
    ['a replacement pattern', "$&$'", "/s/%24%26%24'/end"],
  ])('is filled with %s, encoded', (_name, id, filled) => {
    expect(fillPath('/s/{id}/end', { id })).toBe(filled)
    expect(decodeURIComponent(filled.split('/')[2] ?? '')).toBe(id)
  })

  it('is filled in every place', () => {
    expect(fillPath('/a/{x}/b/{y}/{x}', { x: '1', y: '2' })).toBe('/a/1/b/2/1')
  })

  it('says which parameter is missing', () => {
    expect(() => fillPath('/s/{id}/{other}', { id: '1' })).toThrow(
      'the path /s/{id}/{other} needs other; received {"id":"1"}',
    )
  })
})

describe('an operation', () => {
  it('keeps the types of its path, input and output', () => {
    const made = operation({
      id: 'x',
      says: 'x',
      method: 'POST',
      path: '/s/{id}',
      input: z.looseObject({ a: z.int() }),
      output: json(z.looseObject({ b: z.string() }), 201),
      errors: [],
    })
    expectTypeOf<PathParameter<typeof made.path>>().toEqualTypeOf<'id'>()
    expectTypeOf<z.infer<NonNullable<typeof made.input>>>().toExtend<{ a: number }>()
    expectTypeOf<z.infer<typeof made.output.schema>>().toExtend<{ b: string }>()
    expect(made.path).toBe('/s/{id}')
  })
})

describe('a capability', () => {
  const made = (capability?: string) =>
    operation({
      id: 'x',
      says: 'x',
      method: 'GET',
      path: '/x',
      output: empty(),
      errors: [],
      ...(capability === undefined ? {} : { capability }),
    })

  it('that is declared makes a sidecar serve the operation, whatever it is declared as', () => {
    expect(isServed(made('runs'), { runs: { concurrent: 1 } })).toBe(true)
    expect(isServed(made('runs'), { runs: false })).toBe(true)
    expect(isServed(made('runs'), { notebook: {}, runs: undefined })).toBe(false)
    expect(isServed(made('runs'), {})).toBe(false)
  })

  it('that no sidecar has is no name that every object inherits', () => {
    expect(isServed(made('constructor'), {})).toBe(false)
  })

  it('is not needed where none is named', () => {
    expect(isServed(made(), {})).toBe(true)
    expect(servedWhere(made())).toBeUndefined()
  })

  it('is said as a sentence', () => {
    expect(servedWhere(made('runs'))).toBe('Served where `runs` is declared.')
  })
})

it('answers 200 with JSON and 204 with nothing, unless told otherwise', () => {
  const schema = z.looseObject({})
  expect(json(schema)).toEqual({ kind: 'json', statuses: [200], schema })
  expect(json(schema, 201, 200).statuses).toEqual([201, 200])
  expect(empty()).toEqual({ kind: 'empty', statuses: [204] })
  expect(empty(202).statuses).toEqual([202])
})

it.each([
  ['/a/{x}', '/a/b', { x: 'b' }],
  ['/a/{x}/c', '/a/%2e%2e/c', { x: '%2e%2e' }],
  ['/a', '/a', {}],
  ['/a/{x}', '/a/', undefined],
  ['/a/{x}', '/a/b/c', undefined],
  ['/a/b', '/a/c', undefined],
])('the path %s takes %s', (template, path, parameters) => {
  expect(matchPath(template, path)).toEqual(parameters)
})
