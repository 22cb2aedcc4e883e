// What a cell shows: an output of nbformat 4 (https://nbformat.readthedocs.io/en/latest/format_description.html#code-cell-outputs).
import { z } from 'zod'

/** nbformat's multiline string: whole, or in lines that are to be joined. */
const text = z.union([z.string(), z.array(z.string())])

/** Representations by MIME type. `text/plain` is always there; JSON types hold JSON values, not text. */
const mimeBundle = z.looseObject({ 'text/plain': text }).meta({ id: 'MimeBundle' })

const metadata = z.looseObject({})

export const NotebookOutput = z
  .discriminatedUnion('output_type', [
    z.looseObject({ output_type: z.literal('stream'), name: z.enum(['stdout', 'stderr']), text }),
    z.looseObject({ output_type: z.literal('display_data'), data: mimeBundle, metadata }),
    z.looseObject({
      output_type: z.literal('execute_result'),
      data: mimeBundle,
      metadata,
      execution_count: z.int().min(0).nullable(),
    }),
    z.looseObject({
      output_type: z.literal('error'),
      ename: z.string(),
      evalue: z.string(),
      traceback: z.array(z.string()),
    }),
  ])
  .meta({ id: 'NotebookOutput' })

export type NotebookOutput = z.infer<typeof NotebookOutput>

/** A multiline string as one text. */
export function textOf(value: string | readonly string[]): string {
  return typeof value === 'string' ? value : value.join('')
}
