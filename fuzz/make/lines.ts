// Values as they are, one a line or one a word: long lists stay readable.

/** The lines of `text`, without what stands before the first line break and after the last. */
export function lines(text: string): string[] {
  return text.split('\n').slice(1, -1)
}

/** What stands between white space. */
export function words(text: string): string[] {
  return text.trim().split(/\s+/)
}
