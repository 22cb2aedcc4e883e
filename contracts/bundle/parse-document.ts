// From JSON text to a judged document: what the schema finds wrong becomes findings, not exceptions.
import type { z } from 'zod'
import { type Finding, type FindingCode, finding } from './finding.ts'

type Codes = { notJson: FindingCode; schema: FindingCode; version?: FindingCode }

/**
 * Parses `text` and judges it by `schema`. With `codes.version`, an integer `format_version` other than 1 ends the reading there,
 * with that one finding.
 */
export function parseDocument<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  codes: Codes,
): { document: z.output<Schema> } | { findings: Finding[] } {
  const json = parseJson(text)
  if (json instanceof SyntaxError) return { findings: [finding(codes.notJson, '#', 'a JSON object', text)] }
  const version = formatVersion(json)
  if (codes.version !== undefined && version !== undefined && version !== 1)
    return { findings: [finding(codes.version, '#/format_version', '1', version)] }
  const judged = schema.safeParse(json)
  if (judged.success) return { document: judged.data }
  return { findings: judged.error.issues.map((issue) => fromIssue(codes.schema, issue, json)) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return error
    throw error
  }
}

function formatVersion(json: unknown): number | undefined {
  const version = memberOf(json, 'format_version')
  return Number.isInteger(version) ? Number(version) : undefined
}

function fromIssue(code: FindingCode, issue: z.core.$ZodIssue, json: unknown): Finding {
  const received = issue.path.reduce(memberOf, json)
  return finding(code, toPointer(issue.path), expectedBy(issue), received)
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

/** RFC 6901 as a URI fragment; array indexes and names alike. */
function toPointer(path: readonly PropertyKey[]): string {
  const parts = path.map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')))
  return ['#', ...parts].join('/')
}

function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return issue.expected
  if (issue.code === 'invalid_value') return issue.values.map((value) => JSON.stringify(value)).join(' or ')
  if (issue.code === 'invalid_format') return issue.pattern ?? issue.format
  return issue.message
}
