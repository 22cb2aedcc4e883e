// Ways in which the lane of experts goes wrong: who may run, with which tools, where, and what the code reaches.
import { fault } from './fault.ts'

export const takesAnybody = fault({
  id: 'expert.takes-anybody',
  says: 'Runs code for experts that it does not have.',
  execution: ['checksExperts'],
})

export const allowsAnyTool = fault({
  id: 'expert.allows-any-tool',
  says: 'Runs code with tools that experts may not use.',
  execution: ['checksTools'],
})

export const sharesRuns = fault({
  id: 'expert.shares-its-workspace',
  says: 'Lets all runs of experts work in one folder.',
  execution: ['separatesRuns'],
})

export const keepsWorkspaces = fault({
  id: 'expert.keeps-its-workspace',
  says: 'Leaves the folder of an expert on the disk.',
  execution: ['removesWorkspace'],
})

export const writesToUser = fault({
  id: 'expert.writes-to-the-user',
  says: 'Lets experts write in the workspace of the user.',
  execution: ['guardsWorkspace'],
})

export const reachesNetwork = fault({
  id: 'expert.reaches-the-network',
  says: 'Declares `deny` and lets experts connect.',
  execution: ['deniesNetwork'],
})
