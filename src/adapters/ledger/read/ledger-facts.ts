import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isProposalId } from '../../../domain/action/proposal-id.js';
import type { ExecutionResult } from '../../../domain/action/result.js';
import type { LedgerFacts } from '../../../domain/reconcile/compare-ledger.js';
import { ownIdentity } from './process-identity.js';
import { readClaim, readEntry } from './read-entry.js';

/** The start ledger of this host, as far as a comparison asks. */
export interface LedgerReader {
  readonly host: string;
  /** Proposals with an entry that changed after `since` (milliseconds since 1970); undefined where this account may not look, or there is none. */
  ids(since?: number): Promise<readonly string[] | undefined>;
  /** Undefined where nothing was claimed. */
  read(proposalId: string): Promise<LedgerFacts | undefined>;
}

function outcomeOf(result: ExecutionResult): NonNullable<LedgerFacts['outcome']> | undefined {
  if (result.state === 'interrupted') return undefined;
  if (result.state === 'not_started' || result.state === 'dry_run') return 'nothing_started';
  return result.state === 'finished' && result.ok ? 'succeeded' : 'did_not_succeed';
}

function startedIn(result: ExecutionResult): number {
  if ('startedSteps' in result) return result.startedSteps;
  return result.state === 'finished' ? result.steps.length : 0;
}

/** Reads only. */
export function createLedgerReader({ folder, host }: { readonly folder: string; readonly host: string }): LedgerReader {
  const self = ownIdentity();
  return {
    host,
    async ids(since) {
      try {
        const names = (await readdir(folder)).filter(isProposalId);
        if (since === undefined) return names;
        const changed: string[] = [];
        for (const name of names) if ((await stat(join(folder, name))).mtimeMs >= since) changed.push(name);
        return changed;
      } catch {
        return undefined;
      }
    },
    async read(proposalId) {
      const at = (name: string) => join(folder, proposalId, name);
      const entry = readEntry(at, self);
      if (entry.kind === 'unclaimed') return undefined;
      const claim = readClaim(at('claim.json'));
      const about = { claimedAt: Date.parse(claim?.at ?? '') || 0, ...(claim && { digest: claim.digest }) };
      if (entry.kind !== 'done') return { ...about, startedSteps: entry.startedSteps };
      const outcome = outcomeOf(entry.result);
      return { ...about, startedSteps: startedIn(entry.result), ...(outcome !== undefined && { outcome }) };
    },
  };
}
