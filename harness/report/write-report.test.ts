import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { RunResult } from '../../contracts/report/result.ts'
import { runResult } from './fixtures/run-result.ts'
import { junitXml } from './junit.ts'
import { transcriptPath, writeReport } from './write-report.ts'

it('writes the result, JUnit and the transcripts into a folder that it makes', async () => {
  const dir = join(await emptyFolder(), 'not', 'there yet')
  await writeReport(dir, runResult(), new Map([['fails', 'what was said']]))
  expect((await readdir(dir)).sort()).toEqual(['junit.xml', 'result.json', 'transcripts'])
  expect(RunResult.parse(JSON.parse(await readFile(join(dir, 'result.json'), 'utf8')))).toEqual(runResult())
  expect(await readFile(join(dir, 'junit.xml'), 'utf8')).toBe(junitXml(runResult()))
  expect(await readFile(join(dir, transcriptPath('fails')), 'utf8')).toBe('what was said\n')
})

it('leaves no transcript of an earlier run', async () => {
  const dir = await emptyFolder()
  await writeReport(dir, runResult(), new Map([['fails', 'then']]))
  await writeReport(dir, runResult(), new Map([['errs', 'now']]))
  expect(await readdir(join(dir, 'transcripts'))).toEqual(['errs.txt'])
})

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sidecheck-report-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
