// Everything once: a turn, a run and a cell, as far as the sidecar declares them, each with what it must come to.
import { program } from '../../../fixtures/programs/programs.ts'
import { finish, say } from '../../../harness/model/script.ts'
import { expectSame } from '../../expect.ts'
import type { SessionContext } from '../context.ts'
import { cellAt, mustEnd, needsNotebook, openNotebook, printedBy } from '../kernels.ts'
import { expectOutcome, needsRuns, runToEnd } from '../runs.ts'
import { sendScripted, wholeTextsIn } from '../turns.ts'

/** Characters of two, three and four bytes in UTF-8. */
export const awkwardText = 'é漢😀'

/** Expects that a session does all that it is for, with text of any script. */
export async function worksFully(context: SessionContext): Promise<void> {
  const text = `Works: ${awkwardText}.`
  const { sessionId, turn } = await sendScripted(context, [say(text), finish()])
  await turn.ended()
  expectSame(wholeTextsIn(turn), text, 'the text of a turn:')
  if (needsRuns(context.capabilities) === undefined) await keepsFile(context, sessionId)
  if (needsNotebook(context.capabilities) === undefined) await runsCells(context)
}

/** What one run writes the next one prints. */
async function keepsFile(context: SessionContext, sessionId: string): Promise<void> {
  const writing = program('writes-a-file', { TEXT: awkwardText })
  const written = await runToEnd(context, writing, { sessionId })
  expectSame(written.result.status, 'ok', `${written.run.at}: status`)
  const { result, run } = await runToEnd(context, 'reads-a-file', { sessionId })
  expectSame([result.status, result.stdout.head.trim()], ['ok', awkwardText], `${run.at}: status and stdout`)
  const answer = await runToEnd(context, 'prints-forty-two')
  expectOutcome(answer.run, answer.result)
}

async function runsCells(context: SessionContext): Promise<void> {
  await using notebook = await openNotebook(context)
  const cells = await notebook.run([program('writes-a-file', { TEXT: awkwardText }), 'reads-a-file'])
  mustEnd(cellAt(cells, 0), 'ok', 'normal')
  mustEnd(cellAt(cells, 1), 'ok', 'normal')
  expectSame(printedBy(cellAt(cells, 1)).trim(), awkwardText, 'what a cell printed:')
}
