// What an API of language models looks like on the wire. Scripts know none; each API is one value of this shape.

/** A request's body whose `messages` are a list. */
export type ModelRequest = Readonly<Record<string, unknown>> & { readonly messages: readonly unknown[] }

export interface WireApi {
  /** The route of the POST that asks. */
  readonly path: string
  /** The media type of a streamed answer. */
  readonly streamType: string
  wantsStream(request: ModelRequest): boolean
  /** Opens the answer to one request. */
  answer(request: ModelRequest): Answer
}

/** An answer that grows: what is said becomes the chunks of a stream, and is kept for `whole` and for the usage. */
export interface Answer {
  /** What stands before the first words. */
  open(): string[]
  say(text: string): string
  callTool(call: ToolCall): string[]
  finish(reason: string): string[]
  /** A failure inside the stream. */
  fail(body: unknown): string
  /** All of it as one JSON text, for a client that wants no stream. */
  whole(reason: string): string
  /** The reason where no `finish` step gives one. */
  usualReason(): string
}

export interface ToolCall {
  readonly id: string
  readonly name: string
  /** The arguments' JSON text in the parts in which it is streamed. */
  readonly fragments: readonly string[]
}
