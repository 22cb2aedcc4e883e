import { describe, expect, it } from 'vitest'
import { requirements } from '../core/requirement.ts'
import { findRequirement, requirementRows } from './all.ts'
import { area, everyContract, type Row } from './area.ts'

const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id)

describe.each(requirementRows)('$id', (row) => {
  it('has a well-formed id', () => {
    expect(row.id).toMatch(/^(SSE|SES|EXE|NB|LC|MGR|BND|SEC|ERR|TSK|STD)-\d\d$/)
  })

  it('belongs to contracts, each once', () => {
    expect(row.contracts).not.toEqual([])
    expect(new Set(row.contracts).size).toBe(row.contracts.length)
    expect(row.contracts.filter((id) => !everyContract.some((known) => known === id))).toEqual([])
  })

  it('says one sentence without its level, and how it breaks in a phrase', () => {
    expect(row.says).toMatch(/^[`\dA-Z].*\.$/)
    expect(row.says).not.toMatch(/\b(MUST|SHOULD)\b|\.\s+[A-Z]/)
    expect(row.breaks).toMatch(/[^.]$/)
  })

  it('is excluded for a reason only', () => {
    expect(row.excluded).not.toBe('')
    if (row.excluded !== undefined) expect(row.p0).toBe(false)
  })
})

describe('all requirements', () => {
  it('have ids that are unique and count from 01 without a gap in each area', () => {
    expect(new Set(idsOf(requirementRows)).size).toBe(requirementRows.length)
    const areas = Map.groupBy(idsOf(requirementRows), (id) => id.split('-')[0])
    for (const [name, ids] of areas)
      expect(ids).toEqual(ids.map((_, place) => `${name}-${String(place + 1).padStart(2, '0')}`))
  })

  it('exclude these and no others', () => {
    expect(idsOf(requirementRows.filter(({ excluded }) => excluded !== undefined))).toEqual(['SSE-18', 'STD-14'])
  })
})

describe('the release gate', () => {
  const gate = requirementRows.filter(({ p0 }) => p0)

  it('holds no SHOULD and nothing of other contracts alone', () => {
    expect(idsOf(gate.filter(({ level }) => level === 'SHOULD'))).toEqual([])
    expect(idsOf(gate.filter(({ contracts }) => !contracts.includes('session/1')))).toEqual([])
  })

  it.each([
    ['SSE', 18],
    ['SES', 7],
    ['EXE', 18],
    ['NB', 16],
    ['LC', 18],
    ['MGR', 0],
    ['BND', 19],
    ['SEC', 6],
    ['ERR', 3],
    ['TSK', 0],
    ['STD', 0],
  ])('%s: %i rows', (name, count) => {
    expect(gate.filter(({ id }) => id.startsWith(`${name}-`)).length).toBe(count)
  })

  it('ends in security at SEC-06 and in errors at ERR-03', () => {
    expect(findRequirement('SEC-06')?.p0).toBe(true)
    expect(findRequirement('SEC-07')?.p0).toBe(false)
    expect(findRequirement('ERR-03')?.p0).toBe(true)
    expect(findRequirement('ERR-04')?.p0).toBe(false)
  })
})

describe('findRequirement', () => {
  it('gives the row with the id', () => {
    expect(findRequirement('SES-07')).toMatchObject({ id: 'SES-07', level: 'MUST', p0: true })
  })

  it('gives undefined for an id that no row has', () => {
    expect(findRequirement('SES-99')).toBeUndefined()
  })
})

describe('area', () => {
  const must: Row = { id: 'AB-01', level: 'MUST', contracts: ['session/1'], says: 'It holds.', breaks: 'it does not' }
  const rows: readonly Row[] = [
    must,
    { ...must, id: 'AB-02' },
    { ...must, id: 'AB-03', level: 'SHOULD' },
    { ...must, id: 'AB-04', contracts: ['agent/1'] },
  ]
  const gateOf = (gate: 'all' | readonly string[]) => idsOf(area(gate, rows).filter(({ p0 }) => p0))

  it('takes every MUST of session/1 into the gate', () => {
    expect(gateOf('all')).toEqual(['AB-01', 'AB-02'])
  })

  it('takes in only the rows that it names, and of these no SHOULD and no other contract', () => {
    expect(gateOf(['AB-02', 'AB-03', 'AB-04'])).toEqual(['AB-02'])
    expect(gateOf([])).toEqual([])
  })

  it('refuses an id that stands twice', () => {
    expect(() => area('all', [must, must])).toThrow(TypeError)
    expect(() => requirements([...area('all', [must]), ...area([], [must])])).toThrow('AB-01')
  })
})
