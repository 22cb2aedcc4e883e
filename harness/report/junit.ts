// `junit.xml`: the run for CI systems that know JUnit's format.
import type { CheckRow, RunResult } from '../../contracts/report/result.ts'

/** The run as JUnit XML: a suite for each area, a case for each check; one more for why the run does not count, where it does not. */
export function junitXml({ checks, invalid, run, summary, target }: RunResult): string {
  const areas = [...new Set(checks.map(({ area }) => area))]
  const suites = areas.map((area) =>
    suiteXml(
      area,
      checks.filter((check) => check.area === area),
      run.startedAt,
    ),
  )
  if (invalid.length > 0) suites.push(invalidXml(invalid, run.startedAt))
  const attributes = {
    name: `sidecheck ${run.contract} on ${target.describes}`,
    tests: summary.total + invalid.length,
    failures: summary.failed,
    errors: summary.errors + invalid.length,
    skipped: summary.skipped,
    time: seconds(run.durationMs),
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', attributes, suites)}\n`
}

function suiteXml(area: string, checks: readonly CheckRow[], startedAt: string): string {
  const count = (status: string) => checks.filter((check) => check.status === status).length
  const time = seconds(checks.reduce((sum, { durationMs }) => sum + durationMs, 0))
  const attributes = {
    name: area,
    tests: checks.length,
    failures: count('failed'),
    errors: count('error'),
    skipped: count('skipped'),
    time,
    timestamp: startedAt.replace('Z', ''),
  }
  return element('testsuite', attributes, checks.map(caseXml))
}

/** A run that does not count must not look green to whoever reads this file alone. */
function invalidXml(invalid: readonly string[], startedAt: string): string {
  const { length } = invalid
  const cases = invalid.map((why) =>
    element('testcase', { name: 'the run counts', classname: 'run', time: seconds(0) }, [
      element('error', { message: why, type: 'harness' }, [escapeXml(why)]),
    ]),
  )
  const timestamp = startedAt.replace('Z', '')
  const attributes = {
    name: 'run',
    tests: length,
    failures: 0,
    errors: length,
    skipped: 0,
    time: seconds(0),
    timestamp,
  }
  return element('testsuite', attributes, cases)
}

function caseXml(check: CheckRow): string {
  const attributes = { name: check.rule, classname: check.id, time: seconds(check.durationMs) }
  return element('testcase', attributes, outcomeXml(check))
}

function outcomeXml({ evidence, reason = '', status }: CheckRow): string[] {
  const { at = '', expected, received, repeat = '' } = evidence ?? {}
  const message = expected === undefined ? reason : `expected ${expected}; received ${received}`
  const text = [reason, message, at, repeat].filter((line) => line !== '').join('\n')
  if (status === 'failed') return [element('failure', { message, type: 'rule' }, [escapeXml(text)])]
  if (status === 'error') return [element('error', { message, type: 'harness' }, [escapeXml(text)])]
  if (status === 'skipped') return [element('skipped', { message: reason }, [])]
  return []
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly string[],
): string {
  const text = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeAttribute(String(value))}"`)
    .join('')
  return children.length === 0 ? `<${name}${text}/>` : `<${name}${text}>${children.join('\n')}</${name}>`
}

/** Readers of XML turn line breaks and tabs of an attribute into spaces unless they are written as references. */
function escapeAttribute(text: string): string {
  return escapeXml(text)
    .replaceAll('"', '&quot;')
    .replace(/[\t\n]/g, (letter) => `&#${letter.codePointAt(0)};`)
}

/** Characters that XML 1.0 cannot hold at all become the replacement character. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
