import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { assertProposalId } from '../../domain/action/proposal-id.js';
import type { ProbeResult, RollbackResult } from '../../domain/action/result.js';
import { createFile, makeFolder, replaceFile } from '../files/durable.js';
import type { ProcessIdentity } from './read/process-identity.js';
import { ownIdentity } from './read/process-identity.js';
import type { Claim } from './read/read-entry.js';
import { claimState, readClaim, readEntry, readResult, timeIn } from './read/read-entry.js';
import { readJson } from './read/read-json.js';
import type { ClaimFacts, StartLedger } from './start-ledger.js';

/** For this account alone. */
const writing = { mode: 0o600 };
/** True for one caller only. */
const createOnce = (file: string, value: unknown): Promise<boolean> => createFile(file, JSON.stringify(value), writing);
const replace = (file: string, value: unknown): Promise<void> => replaceFile(file, JSON.stringify(value), writing);

const claimName = (index: number, released: number) => `rollback-${index}.claim-${released}.json`;
/** Enough of a digest for a file's name. */
const ofPermit = (permit: string) => permit.slice(0, 32);
const releaseName = (index: number, released: number) => `rollback-${index}.released-${released}.json`;

function claimsOf(self: ProcessIdentity) {
  const claimOf = (file: string) => claimState(file, self);
  const claimFile = (file: string, { digest, permit }: Omit<ClaimFacts, 'at'>) => {
    const claim: Claim = { digest, permit, by: self, at: new Date().toISOString() };
    return createOnce(file, claim);
  };
  return { claimOf, claimFile };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The first word stays. */
async function finishOnce<T>(file: string, result: T, kind: 'state' | 'verdict' = 'state'): Promise<T> {
  if (await createOnce(file, result)) return result;
  const first = readResult<T>(file, kind);
  return first.kind === 'value' ? first.value : result;
}

/** What stands under the name of a permit: that it is void, and the one probe that it is good for. */
function perPermit(
  folder: string,
  at: (proposalId: string, name: string) => string,
  claimFile: ReturnType<typeof claimsOf>['claimFile'],
): Pick<StartLedger, 'voidPermit' | 'isVoid' | 'claimProbe' | 'finishProbe' | 'readProbe'> {
  return {
    async voidPermit(proposalId, permit) {
      await makeFolder(join(folder, proposalId), 0o700);
      await createOnce(at(proposalId, `void-${ofPermit(permit)}.json`), { at: new Date().toISOString() });
    },
    isVoid: async (proposalId, permit) => readJson(at(proposalId, `void-${ofPermit(permit)}.json`)).kind !== 'absent',
    claimProbe: (proposalId, permit) => claimFile(at(proposalId, `probe-${ofPermit(permit)}.claim.json`), { digest: '', permit }),
    finishProbe: (proposalId, permit, result) => finishOnce(at(proposalId, `probe-${ofPermit(permit)}.result.json`), result, 'verdict'),
    async readProbe(proposalId, permit) {
      const read = readResult<ProbeResult>(at(proposalId, `probe-${ofPermit(permit)}.result.json`), 'verdict');
      return read.kind === 'value' ? read.value : undefined;
    },
  };
}

/**
 * One folder per proposal: `claim.json`, `step-N.started.json`, `step-N.result.json`, `result.json`, `rollback-N.*.json`, `probe-PERMIT.*.json`,
 * `void-PERMIT.json`, `settled.json`. What is broken or half written counts as started: fail closed means never twice.
 */
export function createStartLedger({
  folder,
  self = ownIdentity(),
}: {
  readonly folder: string;
  readonly self?: ProcessIdentity;
}): StartLedger {
  const at = (proposalId: string, name: string) => {
    assertProposalId(proposalId);
    return join(folder, proposalId, name);
  };
  const { claimOf, claimFile } = claimsOf(self);
  /** How often a claim of this step was released. What cannot be read is no release: the claim before it stands, and nothing runs again. */
  const releases = (proposalId: string, index: number): number => {
    for (let count = 0; ; count += 1) if (readJson(at(proposalId, releaseName(index, count))).kind !== 'value') return count;
  };

  return {
    read: async (proposalId) => readEntry((name) => at(proposalId, name), self),
    async claim(proposalId, by) {
      const file = at(proposalId, 'claim.json');
      // The folder is there at once; the disk is waited for once, for its entry and for the claim's together.
      const [, claimed] = await Promise.all([makeFolder(join(folder, proposalId), 0o700), claimFile(file, by)]);
      return claimed;
    },
    startStep: (proposalId, step) => replace(at(proposalId, `step-${step}.started.json`), { at: new Date().toISOString() }),
    finishStep: (proposalId, step, result) => replace(at(proposalId, `step-${step}.result.json`), result),
    finish: (proposalId, result) => finishOnce(at(proposalId, 'result.json'), result),
    claimOf: async (proposalId) => readClaim(at(proposalId, 'claim.json')),
    ...perPermit(folder, at, claimFile),
    async claimRollback(proposalId, index) {
      const released = releases(proposalId, index);
      return claimFile(at(proposalId, claimName(index, released)), { digest: '', permit: '' });
    },
    async releaseRollback(proposalId, index, { why, max }) {
      const released = releases(proposalId, index);
      if (released >= max) return undefined;
      await createOnce(at(proposalId, releaseName(index, released)), { at: new Date().toISOString(), why });
      return released + 1;
    },
    async rollbacksOf(proposalId) {
      const names = namesIn(at(proposalId, ''));
      const found = names.flatMap((name) => /^rollback-(\d+)\./.exec(name)?.[1] ?? []);
      return [...new Set(found.map(Number))].sort((one, other) => one - other);
    },
    async readRollback(proposalId, index) {
      const claim = claimOf(at(proposalId, claimName(index, releases(proposalId, index))));
      if (claim === 'absent') return { kind: 'unclaimed' };
      const result = readResult<RollbackResult>(at(proposalId, `rollback-${index}.result.json`), 'state');
      if (result.kind === 'value') return { kind: 'done', result: result.value };
      return { kind: claim === 'alive' && result.kind === 'absent' ? 'running' : 'interrupted' };
    },
    settle: async (proposalId, time) => void (await createOnce(at(proposalId, 'settled.json'), { at: time })),
    async settledAt(proposalId) {
      const read = readJson(at(proposalId, 'settled.json'));
      return read.kind === 'value' ? timeIn(read.value) : undefined;
    },
    finishRollback: (proposalId, index, result) => finishOnce(at(proposalId, `rollback-${index}.result.json`), result),
  };
}
