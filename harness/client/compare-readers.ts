// Two readers of one event stream side by side: a strict one and a conforming one must see the same events.

export interface SeenEvent {
  readonly event?: string | undefined
  readonly data: string
}

export interface Agreement {
  strict(event: SeenEvent): void
  conforming(event: SeenEvent): void
  /** Compares what both have seen by now. Call it when both have read the same bytes. */
  compare(): void
  /** Nothing more will come. */
  end(): void
}

/** Calls `disagree` once, at the first event that only one of them saw or that they saw differently. */
export function compareReaders(disagree: (expected: string, received: string) => void): Agreement {
  const strict: SeenEvent[] = []
  const conforming: SeenEvent[] = []
  let place = 0
  let disagreed = false

  const compare = () => {
    while (!disagreed && strict.length > 0 && conforming.length > 0) {
      place += 1
      judge(show(strict.shift()), show(conforming.shift()))
    }
  }
  return {
    strict: (event) => void strict.push(event),
    conforming: (event) => void conforming.push(event),
    compare,
    end() {
      compare()
      place += 1
      if (!disagreed && strict.length + conforming.length > 0) judge(show(strict[0]), show(conforming[0]))
    },
  }

  function judge(asStrict: string, asConforming: string): void {
    if (asStrict === asConforming) return
    disagreed = true
    disagree(
      `event ${place} as the strict reader sees it: ${clip(asStrict)}`,
      `as a conforming reader sees it: ${clip(asConforming)}`,
    )
  }
}

function show(seen: SeenEvent | undefined): string {
  return seen === undefined ? 'none' : `\`${seen.event ?? ''}\` ${JSON.stringify(seen.data)}`
}

function clip(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`
}
