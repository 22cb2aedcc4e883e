// Guards that are missing.
import { operations } from '../../contracts/session/operations.ts'
import { fault } from './fault.ts'

export const noToken = fault({
  id: 'security.no-token',
  says: 'Serves everybody.',
  lets: ['UNAUTHENTICATED'],
})

export const openShutdown = fault({
  id: 'security.open-shutdown',
  says: 'Lets everybody shut it down.',
  on: [operations.shutdown.id],
  lets: ['UNAUTHENTICATED'],
})
