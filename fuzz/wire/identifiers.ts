// The identifiers that the sidecar has given so far, so that requests can name what exists, what has ended, and what is another's.
import type { IdentifierChoice } from './request.ts'

/** What an identifier in a path names. `known`: together with those before it, something that is there. */
export type IdentifierState = 'known' | 'ended' | 'nothing'

export interface ChosenIdentifier {
  /** As it is written in the path. */
  readonly written: string
  readonly state: IdentifierState
}

export interface Identifiers {
  /** Identifiers that belong together, by the names they have in paths: a turn with its session. */
  learn(together: Readonly<Record<string, string>>): void
  /** What has this identifier was said to be gone (410). */
  end(identifier: string): void
  /** The identifiers for a path that needs `names`. */
  choose(
    names: readonly string[],
    choices: Readonly<Record<string, IdentifierChoice>>,
  ): Readonly<Record<string, ChosenIdentifier>>
  /** The sidecar was started anew: nothing is known. */
  forget(): void
}

export interface IdentifiersOptions {
  /** So many groups are remembered, the newest. Default 24. */
  readonly capacity?: number
  /** Called with an outermost identifier that no group names any more. Default: nothing. */
  readonly onForgotten?: (identifier: string) => void
}

/** Remembers the newest groups of identifiers. */
export function newIdentifiers(options: IdentifiersOptions = {}): Identifiers {
  const { capacity = 24, onForgotten = () => undefined } = options
  const groups: Readonly<Record<string, string>>[] = []
  const gone = new Set<string>()
  const isGone = (group: Readonly<Record<string, string>>) => Object.values(group).some((value) => gone.has(value))

  return {
    learn(together) {
      if (Object.keys(together).length === 0 || groups.some((group) => isPart(together, group))) return
      groups.push(together)
      if (groups.length <= capacity) return
      const [outermost] = Object.values(groups.shift() ?? {})
      const isNamed = groups.some((group) => Object.values(group)[0] === outermost)
      if (outermost !== undefined && !isNamed) onForgotten(outermost)
    },
    end: (identifier) => void gone.add(identifier),
    choose(names, choices) {
      const drawn = names.map((name) => draw(name, names, choices[name] ?? { known: 0 }))
      return Object.fromEntries(
        names.map((name, place) => [name, { written: drawn[place] ?? '', state: state(place) }]),
      )

      function state(place: number): IdentifierState {
        const upToHere = Object.fromEntries(names.slice(0, place + 1).map((name, at) => [name, drawn[at] ?? '']))
        if (!groups.some((group) => isPart(upToHere, group))) return 'nothing'
        return isGone(upToHere) ? 'ended' : 'known'
      }
    },
    forget() {
      groups.length = 0
      gone.clear()
    },
  }

  function draw(name: string, names: readonly string[], choice: IdentifierChoice): string {
    if ('written' in choice) return choice.written
    const wanted = 'ended' in choice
    const place = 'ended' in choice ? choice.ended : choice.known
    const fitting = groups.filter((group) => names.every((name) => name in group) && isGone(group) === wanted)
    return fitting.at(-1 - (place % Math.max(1, fitting.length)))?.[name] ?? 'nobody-has-this'
  }
}

function isPart(part: Readonly<Record<string, string>>, whole: Readonly<Record<string, string>>): boolean {
  return Object.entries(part).every(([name, value]) => whole[name] === value)
}
