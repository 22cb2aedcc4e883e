// The vocabulary of a scripted model: plain data that says what the model does when it is called.

/** What the model does on successive calls: the first call gets the first reply, and so on; the last one is given again. */
export type ModelScript = readonly Reply[]

/** One answer, step by step. A reply that no {@link LastStep} ends is finished: `tool_calls` after tool calls, else `stop`. */
export type Reply = readonly Step[]

export type Step = Say | CallTool | Pause | Hold | SendHeaders | Nonsense | LastStep

/** The steps that end a reply; nothing may follow them. */
export type LastStep = Finish | Fail | Disconnect | EndEarly | Silence

/**
 * Where a chunk is cut on the wire: before the bytes at these offsets, counted from the chunk's first byte (in a
 * streamed completion the `d` of `data: `), or between any two bytes. Every piece becomes a write and an HTTP chunk of
 * its own, so that no layer joins it with the next one. Offsets outside the chunk are ignored; answers that are not streamed are never cut.
 */
export type Cuts = 'everywhere' | readonly number[]

export type Say = { readonly step: 'say'; readonly texts: readonly string[]; readonly cutAt?: Cuts }
export type CallTool = { readonly step: 'callTool'; readonly name: string; readonly args: unknown } & CallToolOptions
export type Pause = { readonly step: 'pause'; readonly ms: number }
export type Hold = { readonly step: 'hold' }
export type SendHeaders = { readonly step: 'sendHeaders' }
export type Nonsense = { readonly step: 'nonsense'; readonly bytes: string | Uint8Array }
export type Finish = { readonly step: 'finish'; readonly reason: string }
export type Fail = {
  readonly step: 'fail'
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}
export type Disconnect = { readonly step: 'disconnect' }
export type EndEarly = { readonly step: 'endEarly' }
export type Silence = { readonly step: 'silence' }

export interface CallToolOptions {
  /** The call's id; without it every call gets one of its own. */
  readonly id?: string
  /** In how many parts the arguments are streamed, never inside a character. Default 3. */
  readonly fragments?: number
  /** Where each chunk of this call is cut on the wire. */
  readonly cutAt?: Cuts
}

/** Says these texts, one chunk each. Cut between characters: half a surrogate pair is not text. */
export const say = (...texts: string[]): Say => ({ step: 'say', texts })

/** Says one text as one chunk whose wire bytes arrive in pieces. */
export const sayBytewise = (text: string, cutAt: Cuts = 'everywhere'): Say => ({ step: 'say', texts: [text], cutAt })

/**
 * Calls a tool. Several in one reply have the indices 0, 1, 2, ….
 * @param args a JSON value; a string is sent as it is, so that it may be broken JSON
 */
export const callTool = (name: string, args: unknown, options: CallToolOptions = {}): CallTool => ({
  step: 'callTool',
  name,
  args,
  ...options,
})

/** Waits. The response's headers wait too while nothing was said: see {@link sendHeaders}. */
export const pause = (ms: number): Pause => ({ step: 'pause', ms })

/** Waits until `release()`, which lets one hold go, also one that is reached later. */
export const hold = (): Hold => ({ step: 'hold' })

/** Sends status 200 and the headers now; otherwise they leave with the first words. */
export const sendHeaders = (): SendHeaders => ({ step: 'sendHeaders' })

/** Puts raw bytes into the response's body. */
export const nonsense = (bytes: string | Uint8Array): Nonsense => ({ step: 'nonsense', bytes })

/** Ends the answer as a model does. `stop`, `length`, `tool_calls`, `content_filter`, or a word that nobody knows. */
export const finish = (reason = 'stop'): Finish => ({ step: 'finish', reason })

/**
 * Fails with this HTTP status or, once headers are out, with an error inside the stream.
 * @param body a JSON value, or a text that is sent as it is (a proxy's HTML page); default an OpenAI error of this status
 */
export const fail = (status: number, body?: unknown, headers?: Readonly<Record<string, string>>): Fail => ({
  step: 'fail',
  status,
  ...(body !== undefined && { body }),
  ...(headers !== undefined && { headers }),
})

/** Closes the socket in the middle of the answer, after what was said has left. */
export const disconnect = (): Disconnect => ({ step: 'disconnect' })

/** Ends the response cleanly, but without finish reason and `[DONE]`; an answer that is not streamed ends in its middle. */
export const endEarly = (): EndEarly => ({ step: 'endEarly' })

/** Says nothing more until the client leaves. */
export const silence = (): Silence => ({ step: 'silence' })
