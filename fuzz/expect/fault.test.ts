import { expect, test } from 'vitest'
import { answersTo, may, must } from './fault.ts'

test('without a fault the operation answers', () => {
  expect(answersTo([])).toEqual({ success: true, codes: [] })
})

test('what must be refused is refused, with the first fault of the order', () => {
  const faults = [must('VALIDATION_FAILED'), must('UNAUTHENTICATED'), must('SESSION_NOT_FOUND')]
  expect(answersTo(faults)).toEqual({ success: false, codes: ['UNAUTHENTICATED'] })
})

test('what may be refused may be refused, unless something earlier must be', () => {
  expect(answersTo([may('PARSE_ERROR')])).toEqual({ success: true, codes: ['PARSE_ERROR'] })
  expect(answersTo([may('PARSE_ERROR'), must('SESSION_ENDED')]).codes).toEqual(['PARSE_ERROR', 'SESSION_ENDED'])
  expect(answersTo([may('PARSE_ERROR'), must('FORBIDDEN_ORIGIN')]).codes).toEqual(['FORBIDDEN_ORIGIN'])
})

test('of a fault with several codes any may come, and what comes before the last of them', () => {
  const faults = [must('NOT_FOUND', 'SESSION_NOT_FOUND'), must('VALIDATION_FAILED')]
  expect(answersTo(faults)).toEqual({ success: false, codes: ['NOT_FOUND', 'VALIDATION_FAILED'] })
})

test('a failure of the sidecar is never right', () => {
  expect(answersTo([may('UPSTREAM_FAILED', 'TIMEOUT', 'INTERNAL', 'NOT_READY')]).codes).toEqual([])
})
