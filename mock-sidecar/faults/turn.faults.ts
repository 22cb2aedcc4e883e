// Ways in which a chat turn goes wrong: the derived ones of its grammar, and those of its texts, experts and failures.
import type { StreamEvent } from '../../contracts/core/grammar.ts'
import { problem } from '../../contracts/core/problem.ts'
import { streamMessage } from '../../contracts/session/operations.ts'
import { type Fault, fault } from './fault.ts'
import { openItems } from './open-items.ts'
import { streamFaults } from './stream-faults.ts'
import { whenRefused } from './when-refused.ts'

const on = [streamMessage.id]

export const turnGrammarFaults: Fault[] = streamFaults(streamMessage)

/** Replaces one member of every event of a type, where `change` gives something else. */
function changing(id: string, says: string, type: string, change: (event: StreamEvent) => StreamEvent): Fault {
  return fault({
    id,
    says,
    on,
    events: (hit) => (event, send) => {
      const changed = event.type === type ? change(event) : event
      if (changed !== event) hit()
      send(changed)
    },
  })
}

/** Drops the first event of a type and closes the gap in the numbers. */
function dropping(id: string, says: string, type: string): Fault {
  return fault({
    id,
    says,
    on,
    events: (hit) => {
      let shift = 0
      return (event, send) => {
        if (event.type === type && shift === 0) {
          hit()
          shift = 1
        } else send({ ...event, seq: Number(event['seq']) - shift })
      }
    },
  })
}

/** Sends the first event of a type twice and moves the numbers on. */
function repeating(id: string, says: string, type: string): Fault {
  return fault({
    id,
    says,
    on,
    events: (hit) => {
      let shift = 0
      return (event, send) => {
        send({ ...event, seq: Number(event['seq']) + shift })
        if (event.type !== type || shift > 0) return
        hit()
        shift = 1
        send({ ...event, seq: Number(event['seq']) + shift })
      }
    },
  })
}

export const dropsAChunk = dropping('turn.drops-a-chunk', 'Loses the first chunk.', 'companion_chunk')
export const repeatsAChunk = repeating('turn.repeats-a-chunk', 'Sends the first chunk twice.', 'companion_chunk')

export const trimsText = changing(
  'turn.trims-text',
  'Strips white space from the whole text.',
  'companion_complete',
  (event) => {
    const text = String(event['text'])
    return text.trim() === text ? event : { ...event, text: text.trim() }
  },
)

export const losesLineBreaks = fault({
  id: 'turn.loses-line-breaks',
  says: 'Turns line breaks into spaces, in chunks and in the whole text alike.',
  on,
  events: (hit) => (event, send) => {
    const flat = (value: unknown) => String(value).replace(/[\r\n]/g, ' ')
    if (event.type === 'companion_chunk' && flat(event['delta']) !== event['delta']) hit()
    if (event.type === 'companion_chunk') send({ ...event, delta: flat(event['delta']) })
    else if (event.type === 'companion_complete') send({ ...event, text: flat(event['text']) })
    else send(event)
  },
})

export const rawLineBreaks = fault({
  id: 'turn.raw-line-breaks',
  says: 'Writes the line breaks of the text as they are, which splits the event.',
  on,
  frame: (frame, _event, hit) => {
    if (!/\\n/.test(frame)) return frame
    hit()
    return frame.replaceAll('\\n', '\n')
  },
})

export const mojibake = fault({
  id: 'turn.mojibake',
  says: 'Encodes text twice, so that é becomes Ã©.',
  on,
  frame: (frame, _event, hit) => {
    const twice = Buffer.from(frame, 'utf8').toString('latin1')
    if (twice !== frame) hit()
    return twice
  },
})

export const completesTooEarly = fault({
  id: 'turn.completes-too-early',
  says: 'Completes the turn while a consultation is open.',
  on,
  events: (hit) => {
    let open = 0
    let shift = 0
    return (event, send) => {
      if (event.type === 'consultation_complete' && open === 0) {
        hit()
        open = 1
        shift = 1
      } else send({ ...event, seq: Number(event['seq']) - shift })
    }
  },
})

export const closesTwice = repeating(
  'turn.closes-a-consultation-twice',
  'Sends the end of a consultation twice.',
  'consultation_complete',
)

export const swapsConsultations = fault({
  id: 'turn.swaps-experts',
  says: 'Names another expert at the end of a consultation than at its start.',
  on,
  events: (hit) => (event, send) => {
    if (event.type !== 'consultation_complete' && event.type !== 'consultation_error') return send(event)
    hit()
    send({ ...event, expert_id: 'somebody-else' })
  },
})

export const expertErrorEndsTurn = fault({
  id: 'turn.expert-error-ends-it',
  says: 'Ends the turn with `error` as soon as an expert fails.',
  on,
  events: (hit) => {
    let over = false
    return (event, send) => {
      if (over) return
      if (event.type !== 'consultation_error') return send(event)
      hit()
      over = true
      send(event)
      const { session_id, ts, turn_id } = event
      send({ type: 'error', seq: Number(event['seq']) + 1, session_id, turn_id, ts, error: event['error'] })
    }
  },
})

export const expertErrorVanishes = fault({
  id: 'turn.expert-error-vanishes',
  says: 'Reports a failed consultation as if the expert had answered.',
  on,
  events: (hit) => (event, send) => {
    if (event.type !== 'consultation_error') return send(event)
    hit()
    const { error: _error, ...rest } = event
    send({ ...rest, type: 'consultation_complete', summary: '', run_ids: [] })
  },
})

export const modelFailureIsSuccess = fault({
  id: 'turn.model-failure-is-success',
  says: 'Completes the turn although the model failed.',
  on,
  events: (hit) => {
    const open = openItems()
    return (event, send) => {
      open.see(event)
      if (event.type !== 'error' || (event['error'] as { code?: string }).code !== 'UPSTREAM_FAILED') return send(event)
      hit()
      for (const closing of open.closeWith(event)) send(closing)
    }
  },
})

export const modelFailureIsSilent = fault({
  id: 'turn.model-failure-is-silent',
  says: 'Ends the body without a word when the model fails.',
  on,
  events: (hit) => (event, send) => {
    if (event.type !== 'error' || (event['error'] as { code?: string }).code !== 'UPSTREAM_FAILED') return send(event)
    hit()
  },
})

export const errorWithoutProblem = changing(
  'turn.error-without-problem',
  'Sends `error` with a text instead of a problem when the model fails.',
  'error',
  (event) =>
    (event['error'] as { code?: string }).code === 'CANCELLED'
      ? event
      : { ...event, error: { message: 'something went wrong' } },
)

export const wrongFailureCode = fault({
  id: 'turn.wrong-failure-code',
  says: 'Calls every failure INTERNAL.',
  on,
  events: (hit) => (event, send) => {
    const { code } = (event['error'] ?? {}) as { code?: string }
    if (event.type !== 'error' || code === 'CANCELLED') return send(event)
    hit()
    send({
      ...event,
      error: {
        ...(event['error'] as object),
        code: 'INTERNAL',
        type: 'urn:sidecar:error:internal',
        status: 500,
        retryable: false,
      },
    })
  },
})

export const failsInsideTheStream = fault({
  id: 'turn.refuses-inside-the-stream',
  says: 'Answers 200 and an `error` event to a message for a session that never was.',
  on,
  serve: whenRefused('SESSION_NOT_FOUND', ({ parameters }, refused) => {
    const ids = { session_id: parameters['session_id'] ?? '', turn_id: 'none', ts: new Date().toISOString() }
    return {
      status: 200,
      stream: async (send) => {
        await send({ type: 'start', seq: 1, ...ids })
        await send({ type: 'error', seq: 2, ...ids, error: refused })
      },
    }
  }),
})

export const ignoresDisconnect = fault({
  id: 'turn.ignores-disconnect',
  says: 'Goes on working when the client has left.',
  on,
  serve: (call, next, hit) => {
    call.left.addEventListener('abort', hit)
    return next({ ...call, left: new AbortController().signal })
  },
})

export const runsTwice = fault({
  id: 'turn.runs-twice',
  says: 'Runs a message again that came before under the same client_message_id.',
  on,
  serve: (call, next, hit) => {
    const { client_message_id: id, ...body } = call.body as Record<string, unknown>
    if (id === undefined) return next(call)
    hit()
    return next({ ...call, body })
  },
})

export const forgetsTheTurnId = fault({
  id: 'turn.duplicate-without-turn-id',
  says: 'Refuses a repeated message without saying which turn it began.',
  on,
  body: (text, _head, hit) => {
    if (!text.includes('DUPLICATE_REQUEST')) return text
    hit()
    const { context: _context, ...rest } = JSON.parse(text) as Record<string, unknown>
    return JSON.stringify(rest)
  },
})

export const takesOtherBody = fault({
  id: 'turn.mismatch-is-duplicate',
  says: 'Calls a repeated client_message_id with another body a duplicate.',
  on,
  serve: whenRefused('IDEMPOTENCY_MISMATCH', () => ({
    status: 409,
    body: problem('DUPLICATE_REQUEST', 'this message was already taken', { context: { turn_id: 'unknown' } }),
  })),
})

export const allowsAnyTool = fault({
  id: 'consultation.allows-any-tool',
  says: 'Pretends to run a tool that is not allowed.',
  on,
  events: (hit) => (event, send) => {
    if (event.type !== 'consultation_error' || (event['error'] as { code?: string }).code !== 'TOOL_NOT_ALLOWED')
      return send(event)
    hit()
    const { error: _error, ...rest } = event
    send({ ...rest, type: 'consultation_complete', summary: 'done', run_ids: [] })
  },
})

export const cutsAt64Kib = changing(
  'turn.cuts-at-64-kib',
  'Cuts chunks after 64 KiB, as a line buffer does.',
  'companion_chunk',
  (event) => {
    const delta = String(event['delta'])
    return delta.length <= 65_536 ? event : { ...event, delta: delta.slice(0, 65_536) }
  },
)

export const decodesPieceByPiece = fault({
  id: 'turn.decodes-piece-by-piece',
  says: 'Decodes each piece of the model by itself, which breaks characters that are cut.',
  on,
  events: (hit) => (event, send) => {
    const member = event.type === 'companion_chunk' ? 'delta' : event.type === 'companion_complete' ? 'text' : undefined
    const text = String(event[member ?? ''] ?? '')
    const broken = text.replace(/[\u{10000}-\u{10ffff}]/gu, '\ufffd')
    if (broken !== text) hit()
    send(member === undefined ? event : { ...event, [member]: broken })
  },
})

let streaming: Promise<void> = Promise.resolve()

export const oneStreamAtATime = fault({
  id: 'turn.one-stream-at-a-time',
  says: 'Serves one stream after the other.',
  on,
  serve: async (call, next, hit) => {
    const reply = await next(call)
    if (!('stream' in reply)) return reply
    const before = streaming
    const { promise, resolve } = Promise.withResolvers<void>()
    streaming = before.then(() => promise)
    return {
      status: 200,
      async stream(send) {
        hit()
        await before
        await reply.stream(send).finally(resolve)
      },
    }
  },
})
