// Texts as people and attackers write them.
import fc from 'fast-check'
import { lines } from './lines.ts'

/** Texts that some reader once took for something else. */
const oddTexts = [
  ...lines(`

data: x
: keep-alive
null
NaN
undefined
true
0
-1
1e400
{}
[]
"
\\
\\u0000
__proto__
constructor
toString
hasOwnProperty
..
../../etc/passwd
C:\\Windows
%00
%2e%2e
<script>
' OR 1=1 --
#{7*7}
{{7*7}}
$(id)
\`id\`
%s%n
é
e\u0301
漢字
👩‍👩‍👧
İ
ß
𝒳
`),
  ...' \0 \ufeff \u2028 \u2029 \u0085 \ufffd \uffff \u202e \u007f'.split(' '),
  ...[' ', '\r\n', '\n\n', 'data: x\n\n'],
]

/** Ordinary text, every character there is, and odd texts. */
export function texts(maxLength = 40): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength }), weight: 3 },
    { arbitrary: fc.string({ unit: 'grapheme', maxLength }), weight: 2 },
    { arbitrary: fc.string({ unit: 'binary', maxLength }), weight: 2 },
    { arbitrary: fc.constantFrom(...oddTexts), weight: 2 },
  )
}
