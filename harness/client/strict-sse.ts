// A strict reader of server-sent events: takes bytes as they come, names every deviation that a lenient reader would swallow.
// The format is WHATWG HTML §9.2.6; the frame of one `id`, one `event` and one `data` line is the contract's.

export interface SseEvent {
  readonly id: string | undefined
  readonly event: string | undefined
  readonly data: string
}

export interface StrictReader {
  /** Takes the next bytes; returns the events that they complete. */
  feed(bytes: Uint8Array): readonly SseEvent[]
  /** The body is over. */
  end(): void
  /** What was wrong so far, in order, each with the line it stands on. */
  readonly deviations: readonly string[]
  readonly comments: number
  /** Lines that came since the last event was closed, comments too; blank ones do not count. */
  readonly linesSinceEvent: number
}

/** Begins to read one body. `frame: 'data'` for streams whose events have no `id` and `event` lines. */
export function strictReader(frame: 'full' | 'data' = 'full'): StrictReader {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const deviations: string[] = []
  let rest = ''
  let lineNumber = 0
  let comments = 0
  let linesSinceEvent = 0
  let fields = new Map<string, string[]>()
  let events: SseEvent[] = []

  return {
    feed(bytes) {
      events = []
      takeText(decode(bytes, true))
      return events
    },
    end() {
      takeText(decode(undefined, false))
      if (rest !== '') deviate(`the body ends inside the line ${show(rest)}`)
      else if (fields.size > 0) deviate('the last event is not closed by a blank line')
    },
    deviations,
    get comments() {
      return comments
    },
    get linesSinceEvent() {
      return linesSinceEvent
    },
  }

  function decode(bytes: Uint8Array | undefined, stream: boolean): string {
    try {
      return utf8.decode(bytes, { stream })
    } catch {
      deviate('bytes that are not UTF-8')
      return new TextDecoder().decode(bytes)
    }
  }

  function takeText(text: string): void {
    if (lineNumber === 0 && rest === '' && text.startsWith('\ufeff')) deviate('a byte order mark')
    rest += text
    for (;;) {
      const end = rest.search(/[\r\n]/)
      if (end === -1) return
      const isPair = rest[end] === '\r' && rest[end + 1] === '\n'
      if (rest[end] === '\r' && !isPair && end + 1 === rest.length) return
      if (rest[end] === '\r' && !isPair) deviate('a line that ends with a lone CR')
      takeLine(rest.slice(0, end))
      lineNumber += 1
      rest = rest.slice(end + (isPair ? 2 : 1))
    }
  }

  function takeLine(line: string): void {
    if (line === '') return closeEvent()
    linesSinceEvent += 1
    if (line.startsWith(':')) {
      comments += 1
      if (fields.size > 0) deviate('a comment inside an event')
      return
    }
    const colon = line.indexOf(':')
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (!knownFields.has(name)) deviate(`the unknown field ${show(line)}`)
    const values = fields.get(name)
    if (values === undefined) fields.set(name, [value])
    else values.push(value)
  }

  function closeEvent(): void {
    const data = fields.get('data')
    if (fields.size > 0 && data === undefined && !fields.has('retry')) deviate('an event without data')
    if (data !== undefined) {
      for (const name of frame === 'full' ? ['id', 'event', 'data'] : ['data']) {
        const times = fields.get(name)?.length ?? 0
        // That `id` or `event` is missing, the judge of the envelope says.
        if (times > 1) deviate(`${times} \`${name}:\` lines in one event`)
      }
      linesSinceEvent = 0
      events.push({ id: fields.get('id')?.at(-1), event: fields.get('event')?.at(-1), data: data.join('\n') })
    }
    fields = new Map()
  }

  function deviate(what: string): void {
    if (deviations.length < maxDeviations) deviations.push(`${what} (line ${lineNumber + 1})`)
  }
}

/** Enough to see what is wrong; a body that is wrong in every line must not drown its reader. */
const maxDeviations = 20

const knownFields = new Set(['id', 'event', 'data', 'retry'])

function show(text: string): string {
  return JSON.stringify(text.slice(0, 80))
}
