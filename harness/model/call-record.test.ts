import { expect, test } from 'vitest'
import { recordCall, redactedHeaders } from './call-record.ts'

test('neither the key nor another credential is kept', () => {
  const headers = { authorization: 'Bearer other key', 'x-api-key': 'the-key', cookie: 'k=the-key; a=b', accept: '*/*' }
  expect(redactedHeaders(headers, 'the-key')).toEqual({
    authorization: 'Bearer [redacted]',
    'x-api-key': '[redacted]',
    cookie: 'k=[redacted]; a=b',
    accept: '*/*',
  })
  expect(redactedHeaders({ authorization: 'bare' }, 'the-key')).toEqual({ authorization: '[redacted]' })
})

test('the first ending of a call counts', async () => {
  const asked = { method: 'GET', path: '/', headers: {}, body: undefined, streaming: false, marker: undefined }
  const { call, end } = recordCall(asked)
  expect(call).toMatchObject({ ending: undefined, endedAtMs: undefined })
  end('aborted-by-script')
  end('client-disconnected')
  expect(await call.ended).toBe('aborted-by-script')
  expect(call).toMatchObject({ ending: 'aborted-by-script', endedAtMs: expect.any(Number) })
})
