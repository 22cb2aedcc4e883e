// JSON in ASCII alone: every other character as its escape, so that no terminal, shell or encoding changes it.

/** `text`, which is JSON, with everything but printable ASCII as `\uXXXX`; also the characters of `more`. */
export function asciiJson(text: string, more = ''): string {
  const isPlain = (letter: string) => letter >= ' ' && letter <= '~' && !more.includes(letter)
  return text
    .split('')
    .map((letter) => (isPlain(letter) ? letter : unicodeEscape(letter)))
    .join('')
}

function unicodeEscape(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
}
