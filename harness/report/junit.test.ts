import { describe, expect, it } from 'vitest'
import { row, runResult } from './fixtures/run-result.ts'
import { junitXml } from './junit.ts'

describe('junitXml', () => {
  it('has a suite for each area and a case for each check, with their counts', () => {
    const [root] = parse(junitXml(runResult()))
    expect(root).toMatchObject({
      name: 'testsuites',
      attributes: {
        name: 'sidecheck session/1 on the embedded mock',
        tests: '4',
        failures: '1',
        errors: '1',
        skipped: '1',
        time: '61.500',
      },
    })
    const suites = root?.children ?? []
    expect(suites.map(({ attributes }) => attributes)).toEqual([
      {
        name: 'session',
        tests: '3',
        failures: '0',
        errors: '1',
        skipped: '1',
        time: '0.036',
        timestamp: '2026-01-31T23:59:59.000',
      },
      {
        name: 'chat-turn',
        tests: '1',
        failures: '1',
        errors: '0',
        skipped: '0',
        time: '1.234',
        timestamp: '2026-01-31T23:59:59.000',
      },
    ])
    expect(suites.flatMap(({ children }) => children).map(({ attributes }) => attributes['classname'])).toEqual([
      'passes',
      'errs',
      'skips',
      'fails',
    ])
  })

  it('says of each case how it ended', () => {
    const [root] = parse(junitXml(runResult()))
    const cases = (root?.children ?? []).flatMap(({ children }) => children)
    const outcome = Object.fromEntries(cases.map(({ attributes, children }) => [attributes['classname'], children[0]]))
    expect(outcome['passes']).toBeUndefined()
    expect(outcome['fails']).toMatchObject({
      name: 'failure',
      attributes: { type: 'rule', message: 'expected `complete`; received <nothing> & "nobody"' },
      text: [
        'MUST keep fails',
        'expected `complete`; received <nothing> & "nobody"',
        'exchange 2',
        'npx sidecheck run --mock --only fails',
      ].join('\n'),
    })
    expect(outcome['errs']).toMatchObject({
      name: 'error',
      attributes: { type: 'harness', message: 'TypeError: a slip\n    at here' },
    })
    expect(outcome['skips']).toMatchObject({ name: 'skipped', attributes: { message: 'not declared' } })
  })

  it('is no green file where the run does not count', () => {
    const [root] = parse(junitXml(runResult([row('passes')], { invalid: ['accident: it fell', 'a hole'] })))
    expect(root?.attributes).toMatchObject({ tests: '3', errors: '2' })
    const run = root?.children.find(({ attributes }) => attributes['name'] === 'run')
    expect(run?.attributes).toMatchObject({ tests: '2', errors: '2' })
    expect(run?.children.map(({ children }) => children[0]?.text)).toEqual(['accident: it fell', 'a hole'])
  })

  it('is well formed where nothing ran', () => {
    expect(parse(junitXml(runResult([])))).toMatchObject([{ name: 'testsuites', attributes: { tests: '0' } }])
  })

  it.each([
    ['markup', `<a href='x'>&amp;]]></a>`, `<a href='x'>&amp;]]></a>`],
    ['quotes', `"it's"`, `"it's"`],
    ['line breaks and tabs', 'a\nb\tc\r\nd', 'a\nb\tc\r\nd'],
    ['what is no character of XML', 'a\u0000b\u001bc\u0008\uffff', 'a\ufffdb\ufffdc\ufffd\ufffd'],
    ['half a surrogate pair', 'a\ud83d b', 'a\ufffd b'],
    ['characters of every plane', 'é 漢 😀 \u2028', 'é 漢 😀 \u2028'],
  ])('keeps %s in names, attributes and texts', (_, text, kept) => {
    const check = row('x', { rule: `MUST ${text}`, status: 'error', reason: text })
    const xml = junitXml(runResult([check], { target: { kind: 'command', describes: text } }))
    const [root] = parse(xml)
    const found = root?.children[0]?.children[0]
    expect(root?.attributes['name']).toBe(`sidecheck session/1 on ${kept}`)
    expect(found?.attributes['name']).toBe(`MUST ${kept}`)
    expect(found?.children[0]).toMatchObject({ attributes: { message: kept }, text: `${kept}\n${kept}` })
  })
})

interface Node {
  readonly name: string
  readonly attributes: Record<string, string>
  readonly children: Node[]
  text: string
}

/** Reads XML as strictly as this file needs it: every piece must be a tag, a text or the declaration, and every tag be closed. */
function parse(xml: string): Node[] {
  const root: Node = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const piece = /^(?:<\?xml [^>]*\?>\n|<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>|([^<]+))/
  for (let rest = xml; rest !== ''; ) {
    const [all, closes, name, attributes = '', alone, text] = piece.exec(rest) ?? []
    if (all === undefined) throw new Error(`no XML from here: ${rest.slice(0, 80)}`)
    rest = rest.slice(all.length)
    const inner = open.at(-1) ?? root
    if (text !== undefined) inner.text += decode(text)
    if (name === undefined) continue
    if (closes === '/') {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes what is not open`)
      continue
    }
    const node: Node = { name, attributes: readAttributes(attributes), children: [], text: '' }
    inner.children.push(node)
    if (alone === '') open.push(node)
  }
  if (open.length > 1) throw new Error(`<${open.at(-1)?.name}> is not closed`)
  return root.children
}

function readAttributes(text: string): Record<string, string> {
  const found = [...text.matchAll(/ ([a-z]+)="([^"]*)"/g)]
  // As XML has it, bare white space in an attribute is read as a space.
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, decode(value.replace(/[\t\n\r]/g, ' '))]))
}

function decode(text: string): string {
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text))
    throw new Error('a character that XML forbids')
  if (text.replace(/&(amp|lt|gt|quot|#\d+);/g, '').includes('&')) throw new Error(`a bare & in ${text}`)
  const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' }
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/&(\w+|#\d+);/g, (_, name: string) => named[name] ?? String.fromCodePoint(Number(name.slice(1))))
}
