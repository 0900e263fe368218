import type { StartLedger } from './start-ledger.js';

/** Whether anybody may still need what an action left behind. */
export type ActionState = 'unclaimed' | 'running' | 'interrupted' | 'final';

/** `final` only where neither a probe, nor a rollback, nor a human who settles it will come back to its workspace. */
export async function actionState(
  ledger: Pick<StartLedger, 'read' | 'readRollback' | 'rollbacksOf' | 'settledAt'>,
  proposalId: string,
): Promise<ActionState> {
  const state = await stateSoFar(ledger, proposalId);
  return state === 'interrupted' && (await ledger.settledAt(proposalId)) !== undefined ? 'final' : state;
}

async function stateSoFar(ledger: Pick<StartLedger, 'read' | 'readRollback' | 'rollbacksOf'>, proposalId: string): Promise<ActionState> {
  const entry = await ledger.read(proposalId);
  if (entry.kind !== 'done') return entry.kind;
  if (entry.result.state === 'interrupted') return 'interrupted';
  for (const index of await ledger.rollbacksOf(proposalId)) {
    const { kind } = await ledger.readRollback(proposalId, index);
    if (kind === 'running' || kind === 'interrupted') return kind;
  }
  return 'final';
}
