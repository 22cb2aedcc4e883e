// Ways in which what cells show is spoilt on its way.
import { textOf } from '../../contracts/session/notebook-output.ts'
import { changingEvent, leavingOut } from './cells-on-the-wire.ts'
import { type Fault, fault } from './fault.ts'

type Bundle = Readonly<Record<string, unknown>>

interface Shown {
  readonly output_type: string
  readonly data?: Bundle
}

/** Changes the MIME bundle of an output of this type, where `change` gives another. */
function changingBundle(id: string, says: string, type: string, change: (data: Bundle) => Bundle | undefined): Fault {
  return changingEvent(id, says, (event) => {
    const output = event['output'] as Shown | undefined
    const data = output?.output_type === type ? change(output.data ?? {}) : undefined
    return data === undefined ? undefined : { output: { ...output, data } }
  })
}

export const stringifiesJson = changingBundle(
  'cells.stringify-json',
  'Writes JSON as a string of JSON.',
  'display_data',
  (data) => {
    const { 'application/json': json } = data
    return json === undefined ? undefined : { ...data, 'application/json': JSON.stringify(json) }
  },
)

export const losesPictures = changingBundle(
  'cells.lose-pictures',
  'Keeps only the text of a picture.',
  'display_data',
  (data) => {
    const { 'image/png': png, ...rest } = data
    return png === undefined ? undefined : rest
  },
)

export const forgetsText = changingBundle(
  'cells.forgets-text-plain',
  'Leaves `text/plain` out of what is displayed.',
  'display_data',
  ({ 'text/plain': _text, ...rest }) => rest,
)

export const stripsQuotes = changingBundle(
  'cells.strip-quotes',
  'Strips the quotes from strings.',
  'execute_result',
  (data) => {
    const text = textOf((data['text/plain'] ?? '') as string)
    const stripped = text.replace(/^(['"])(.*)\1$/s, '$2')
    return stripped === text ? undefined : { ...data, 'text/plain': stripped }
  },
)

export const dropsDisplays = leavingOut(
  'cells.drop-displays',
  'Shows results only, and nothing of what is displayed.',
  (event) => (event['output'] as Shown | undefined)?.output_type === 'display_data',
)

export const floods = fault({
  id: 'cells.flood',
  says: 'Passes on any number of displays.',
  execution: ['truncatesDisplays'],
})
