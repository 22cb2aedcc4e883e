// One HTTP operation, declared once: it gives the client's call, both validators, the mock's route, JSON Schema, OpenAPI and documentation.
import type { z } from 'zod'
import type { Grammar } from './grammar.ts'
import type { ProblemCode } from './problem-codes.ts'

export type Method = 'GET' | 'POST' | 'DELETE'

/** A JSON body with one of the given statuses; the first is the usual one. */
export interface JsonOutput<S extends z.ZodType = z.ZodType> {
  readonly kind: 'json'
  readonly statuses: readonly [number, ...number[]]
  readonly schema: S
}

/** An answer without a body. */
export interface EmptyOutput {
  readonly kind: 'empty'
  readonly statuses: readonly [number, ...number[]]
}

/** A `text/event-stream` answer (WHATWG server-sent events) whose events follow a grammar. */
export interface StreamOutput<G extends Grammar = Grammar> {
  readonly kind: 'stream'
  readonly statuses: readonly [200]
  readonly grammar: G
}

export type Output = JsonOutput | EmptyOutput | StreamOutput

/** What JSON Schema cannot say of a body that fits it. Where it is broken, the answer is VALIDATION_FAILED with these errors. */
export interface BodyRule {
  /** Slug, unique within the operation. */
  readonly id: string
  /** The rule as a sentence. */
  readonly says: string
  /** What is wrong with the body, given what the sidecar declares; empty where nothing is. */
  readonly broken: (body: unknown, capabilities: Readonly<Record<string, unknown>>) => readonly BodyError[]
}

/** A place in a body, as in the `errors` of a problem. */
export type BodyError = {
  readonly detail: string
  /** A JSON Pointer as a URI fragment (RFC 6901 §6). */
  readonly pointer: string
}

export interface Operation<
  Path extends string = string,
  Input extends z.ZodType | undefined = z.ZodType | undefined,
  Out extends Output = Output,
> {
  /** Permanent id: the contract's name, then what is acted on, then the verb. */
  readonly id: string
  /** One sentence: what it does, for whoever calls it. */
  readonly says: string
  readonly method: Method
  /** `{name}` stands for an identifier. */
  readonly path: Path
  /** The JSON body. Where all its members are optional the body may be absent. Absent: the operation takes none. */
  readonly input?: Input
  /** Default: the schema says all. */
  readonly bodyRules?: readonly BodyRule[]
  readonly output: Out
  /** What this operation may answer beyond the codes that every guarded route may give. */
  readonly errors: readonly ProblemCode[]
  /** Served without a token (only `/health` is). */
  readonly open?: true
  /** Served by sidecars that declare this capability. Default: by all. */
  readonly capability?: string
}

/** Declares an operation. */
export function operation<
  const Path extends string,
  const Out extends Output,
  Input extends z.ZodType | undefined = undefined,
>(value: Operation<Path, Input, Out>): Operation<Path, Input, Out> {
  return value
}

/** Whether a sidecar that declares `capabilities` serves `operation`. */
export function isServed({ capability }: Operation, capabilities: Readonly<Record<string, unknown>>): boolean {
  return capability === undefined || (Object.hasOwn(capabilities, capability) && capabilities[capability] !== undefined)
}

/** A sentence that says who serves `operation`; `undefined` where all do. */
export function servedWhere({ capability }: Operation): string | undefined {
  return capability === undefined ? undefined : `Served where \`${capability}\` is declared.`
}

/** A JSON answer; `status` defaults to 200. Several: each is right, the first is the usual one. */
export function json<S extends z.ZodType>(schema: S, ...statuses: number[]): JsonOutput<S> {
  return { kind: 'json', statuses: atLeastOne(statuses, 200), schema }
}

/** An answer without a body; `status` defaults to 204. */
export function empty(...statuses: number[]): EmptyOutput {
  return { kind: 'empty', statuses: atLeastOne(statuses, 204) }
}

/** A stream of events that follows `grammar`. */
export function eventStream<G extends Grammar>(grammar: G): StreamOutput<G> {
  return { kind: 'stream', statuses: [200], grammar }
}

/** The names in a path template, as a type: `/a/{x}/b/{y}` gives `'x' | 'y'`. */
export type PathParameter<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameter<Rest>
  : never

/** The names in a path template, in order. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
}

/** Puts identifiers into a path template, percent-encoded. Throws a TypeError where one is missing. */
export function fillPath(path: string, parameters: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name]
    if (value === undefined)
      throw new TypeError(`the path ${path} needs ${name}; received ${JSON.stringify(parameters)}`)
    return encodeURIComponent(value)
  })
}

/** The parameters of a path as they are written in it; `undefined` where the path does not fit the template. */
export function matchPath(template: string, path: string): Record<string, string> | undefined {
  const parts = template.split('/')
  const segments = path.split('/')
  if (parts.length !== segments.length) return undefined
  const fits = (part: string, place: number) =>
    part.startsWith('{') ? segments[place] !== '' : part === segments[place]
  if (!parts.every(fits)) return undefined
  return Object.fromEntries(
    parts.flatMap((part, place) => (part.startsWith('{') ? [[part.slice(1, -1), segments[place] ?? '']] : [])),
  )
}

function atLeastOne(statuses: number[], otherwise: number): readonly [number, ...number[]] {
  const [first = otherwise, ...rest] = statuses
  return [first, ...rest]
}
