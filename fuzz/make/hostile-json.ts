// What spoils JSON, or is JSON that readers understand differently.
import { words } from './lines.ts'

/** Put anywhere into a text. */
export const insertions = [
  ...words(`" ' , : { } [ ] \\ / 0 - + e . u NaN Infinity null undefined \\x41 \\u \\u12 \\ud800 \\udc00 \\u0000`),
  ...words('/**/ // # <!--'),
  ...['\0', '\u0001', '\n', '\r', '\t', '\u2028', '\ufeff', '\u00a0'],
]

/** Put before and behind a whole text. */
export const prefixes = ['', '\ufeff', '\0', '+', ")]}',\n", '[', '// \n', 'callback(']
export const suffixes = ['', ' x', '{}', ',', ']', ';', ')', '\0', '\u2028', '\n{"a":1}', '// end']

/** Names of members, as they are written between quotation marks. */
export const memberNames = ['a', '__proto__', '', '\\u0061', '\\ud800']

/** Values of members that only text can say. */
export const memberValues = [
  ...words('NaN -Infinity 1e999 -1e999 1e-999 -0 01 .5 1. +1 0x10 1_000 True None'),
  ...words(`9007199254740993 123456789012345678901234567890 'a' "\\ud800" "\\udfff\\ud800" "\\u0000" "\\v" "\\`),
  ...words('{"a":1,"a":2} [1,] {,} "a","a":"b"'),
  ...['"\t"', '"a" "b"', '1 1'],
]

/** Bytes that are no UTF-8: alone, too long for what they say, halves of pairs, beyond Unicode, cut, a mark of UTF-16. In base64. */
export const invalidBytes = words('/w== gA== wK8= 7aCA 9JCAgA== 8J+Y /v8=')
