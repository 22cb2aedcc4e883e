import { expect, it } from 'vitest'
import { z } from 'zod'
import { answerCodes, contract, guardCodes } from './contract.ts'
import { empty, operation } from './operation.ts'

const stop = operation({
  id: 'x.stop',
  says: 'Stop.',
  method: 'POST',
  path: '/stop',
  output: empty(),
  errors: ['KERNEL_BUSY', 'NOT_READY'],
})
const base = { id: 'x/1', says: 'X.', capabilities: z.looseObject({}), documents: {} }

it('refuses two operations of one id or one route', () => {
  const sameId = { ...stop, path: '/other' } as const
  const sameRoute = { ...stop, id: 'x.other' } as const
  const otherMethod = { ...stop, id: 'x.get', method: 'GET' } as const
  expect(() => contract({ ...base, operations: { stop, sameId } })).toThrow('contract x/1: x.stop stands twice')
  expect(() => contract({ ...base, operations: { stop, sameRoute } })).toThrow('contract x/1: POST /stop stands twice')
  expect(contract({ ...base, operations: { stop, otherMethod } }).operations.otherMethod.method).toBe('GET')
})

it('lets an operation answer its own codes and those of every guarded route, each once', () => {
  expect(answerCodes(stop)).toEqual(['KERNEL_BUSY', 'NOT_READY', ...guardCodes.filter((code) => code !== 'NOT_READY')])
  expect(answerCodes(undefined)).toEqual(guardCodes)
})

it('asks for no token where a route is open', () => {
  const open = answerCodes({ ...stop, open: true })
  expect(answerCodes(stop).filter((code) => !open.includes(code))).toEqual(['UNAUTHENTICATED'])
})
