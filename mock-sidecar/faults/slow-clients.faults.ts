// Too much patience with clients that take their time, or too little room for them.
import { fault } from './fault.ts'

export const waitsForSlowHeads = fault({
  id: 'security.waits-for-slow-heads',
  says: 'Waits for ever for the rest of a head that trickles in.',
  waitsFor: 'heads',
})

export const waitsForSlowBodies = fault({
  id: 'security.waits-for-slow-bodies',
  says: 'Waits for ever for the rest of a body that trickles in.',
  waitsFor: 'bodies',
})

export const fewConnections = fault({
  id: 'security.few-connections',
  says: 'Takes 100 connections at once; those that come later are closed, also where the others say nothing.',
  maxConnections: 100,
})
