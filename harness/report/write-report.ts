// Writes the report directory of a run: result.json, junit.xml and a transcript for each check that is red.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunResult } from '../../contracts/report/result.ts'
import { junitXml } from './junit.ts'

/** Writes into `dir`, which is made where it is not there; what an earlier run left in `transcripts/` goes. */
export async function writeReport(
  dir: string,
  result: RunResult,
  transcripts: ReadonlyMap<string, string>,
): Promise<void> {
  const folder = join(dir, 'transcripts')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await Promise.all([
    ...[...transcripts].map(([id, text]) => writeFile(join(dir, transcriptPath(id)), `${text}\n`)),
    writeFile(join(dir, 'junit.xml'), junitXml(result)),
  ])
  // Last: where it stands, the report is whole.
  await writeFile(join(dir, 'result.json'), `${JSON.stringify(result, null, 2)}\n`)
}

/** Where the transcript of a check stands, relative to the report directory. */
export function transcriptPath(checkId: string): string {
  return `transcripts/${checkId}.txt`
}
