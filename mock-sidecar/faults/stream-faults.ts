// The faults just outside any stream grammar, derived for an operation from its grammar: order, ends, numbers, names, frames, times.
import type { StreamEvent } from '../../contracts/core/grammar.ts'
import type { Operation, StreamOutput } from '../../contracts/core/operation.ts'
import { type Fault, fault, type Hit } from './fault.ts'

type Take = (event: StreamEvent, send: (event: StreamEvent) => void) => void

/** Every derived fault of a streaming operation; their ids begin with the grammar's name: `turn.ends-twice`. */
export function streamFaults(operation: Operation & { readonly output: StreamOutput }): Fault[] {
  const { grammar } = operation.output
  const { name, opens } = grammar
  const { sequence } = grammar.envelope
  const ends = (event: StreamEvent) => Object.hasOwn(grammar.ends, event.type)
  const completes = (event: StreamEvent) => grammar.ends[event.type] === 'closed'
  const on = [operation.id]
  const make = (slug: string, says: string, rest: Partial<Fault>) => fault({ id: `${name}.${slug}`, says, on, ...rest })
  const events = (slug: string, says: string, take: (hit: Hit) => Take) => make(slug, says, { events: take })

  return [
    events('never-ends', 'Ends the body of finished work without a terminal event.', (hit) => (event, send) => {
      if (completes(event)) hit()
      else send(event)
    }),
    events('ends-twice', 'Sends the terminal event a second time.', (hit) => (event, send) => {
      send(event)
      if (!ends(event)) return
      hit()
      send(numbered(event, 1))
    }),
    events('talks-after-end', 'Sends one more event after the terminal one.', (hit) => {
      let earlier: StreamEvent | undefined
      return (event, send) => {
        send(event)
        if (ends(event) && earlier !== undefined) {
          hit()
          send({ ...earlier, ...(sequence === undefined ? {} : { [sequence]: Number(event[sequence]) + 1 }) })
        } else if (event.type !== opens) earlier = event
      }
    }),
    make('stays-open', 'Never ends the body after the terminal event.', { close: (_close, hit) => hit() }),
    make('comments-after-end', 'Sends a keep-alive comment after the terminal event.', {
      frame: (frame, event, hit) => {
        if (!ends(event)) return frame
        hit()
        return `${frame}: still here\n\n`
      },
    }),
    events('starts-twice', 'Sends the first event twice.', (hit) => {
      let shift = 0
      return (event, send) => {
        send(numbered(event, shift))
        if (event.type !== opens) return
        hit()
        shift = 1
        send(numbered(event, shift))
      }
    }),
    events('no-start', 'Leaves out the first event.', (hit) => (event, send) => {
      if (event.type === opens) hit()
      else send(numbered(event, -1))
    }),
    events('starts-late', 'Sends the first event only together with the second.', (hit) => {
      const held: StreamEvent[] = []
      return (event, send) => {
        if (event.type === opens) {
          hit()
          held.push(event)
        } else for (const earlier of [...held.splice(0), event]) send(earlier)
      }
    }),
    events('batches', 'Holds all events back until the terminal one.', (hit) => {
      const held: StreamEvent[] = []
      return (event, send) => {
        if (event.type === opens) return send(event)
        hit()
        held.push(event)
        if (ends(event)) for (const earlier of held.splice(0)) send(earlier)
      }
    }),
    make('no-keep-alive', 'Sends no comments while nothing happens.', {
      comment: (_comment, hit) => {
        hit()
        return ''
      },
    }),
    events('skips-a-number', 'Leaves a gap in the numbers.', (hit) => {
      let shift = 0
      return (event, send) => {
        send(numbered(event, shift))
        if (event.type !== opens) return
        hit()
        shift = 1
      }
    }),
    events('repeats-a-number', 'Gives two events the same number.', (hit) => {
      let shift = 0
      return (event, send) => {
        send(numbered(event, shift))
        if (event.type !== opens) return
        hit()
        shift = -1
      }
    }),
    events('shares-the-counter', 'Numbers the events of all streams together.', (hit) => {
      const shared = sharedCounter(operation.id)
      return (event, send) => {
        shared.last += 1
        if (shared.last !== event[sequence ?? '']) hit()
        send(sequence === undefined ? event : { ...event, [sequence]: shared.last })
      }
    }),
    make('misnames-events', 'Writes `event: message` whatever the type.', {
      frame: (frame, event, hit) => {
        hit()
        return frame.replace(`event: ${event.type}\n`, 'event: message\n')
      },
    }),
    make('forgets-ids', 'Leaves out the `id:` line.', {
      frame: (frame, _event, hit) => {
        hit()
        return frame.replace(/^id: .*\n/, '')
      },
    }),
    make('no-blank-line', 'Closes no event with a blank line.', {
      frame: (frame, _event, hit) => {
        hit()
        return frame.replace(/\n\n$/, '\n')
      },
    }),
    make('loses-the-last-blank-line', 'Does not close the last event with a blank line.', {
      frame: (frame, event, hit) => {
        if (!completes(event)) return frame
        hit()
        return frame.replace(/\n\n$/, '\n')
      },
    }),
    make('pretty-json', 'Spreads the JSON over several `data:` lines.', {
      frame: (frame, event, hit) => {
        hit()
        const lines = JSON.stringify(event, null, 1).split('\n')
        return frame.replace(/data: [^\n]*\n/, () => lines.map((line) => `data: ${line}\n`).join(''))
      },
    }),
    events('local-time', 'Writes times without a zone.', (hit) => (event, send) => {
      hit()
      send({ ...event, ts: String(event['ts']).replace('Z', '') })
    }),
    events('forgets-the-subject', 'Leaves the id of the stream off its events.', (hit) => (event, send) => {
      hit()
      const subject = grammar.envelope.constant.at(-1) ?? ''
      send(Object.fromEntries(Object.entries(event).filter(([member]) => member !== subject)) as unknown as StreamEvent)
    }),
    make('wrong-type', 'Answers with content-type text/plain.', {
      head: (head, hit, streams) => {
        if (!streams) return
        hit()
        head.headers['content-type'] = 'text/plain; charset=utf-8'
      },
    }),
    make('cacheable', 'Lets caches keep the stream.', {
      head: (head, hit, streams) => {
        if (!streams) return
        hit()
        delete head.headers['cache-control']
      },
    }),
    make('claims-compression', 'Says that the stream is compressed.', {
      head: (head, hit, streams) => {
        if (!streams) return
        hit()
        head.headers['content-encoding'] = 'gzip'
      },
    }),
  ]

  function numbered(event: StreamEvent, shift: number): StreamEvent {
    return sequence === undefined ? event : { ...event, [sequence]: Number(event[sequence]) + shift }
  }
}

const counters = new Map<string, { last: number }>()

function sharedCounter(id: string): { last: number } {
  const counter = counters.get(id) ?? { last: 0 }
  counters.set(id, counter)
  return counter
}
