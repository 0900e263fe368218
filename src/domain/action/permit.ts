import type { Sha256 } from '../text/canonical.js';
import { canonicalJson } from '../text/canonical.js';
import { JanusError } from '../errors.js';

/** What a permit is for besides a start. The one never stands in for the other, because it is signed. */
export type PermitPurpose = 'preview' | 'probe' | 'rollback';

/** That a mode consented to the start, and nobody else (spec T7): what hands cannot know themselves. */
export interface PermitGrant {
  /** The mode of that moment. */
  readonly mode: 'beta' | 'omega';
  /** Number of the last record of each log that it rests on. */
  readonly missionLog: number;
  readonly proposals: number;
  /** SHA-256 of what the trail keeps of it: figures, rules, positions. */
  readonly grounds: string;
}

/** What a permit must have been signed for; hands put it in from their own knowledge. */
export interface PermitSubject {
  readonly vessel: string;
  readonly host: string;
  /** Fingerprint of the key of the hands that it is for, `SHA256:...`. */
  readonly hands: string;
  readonly proposalId: string;
  readonly digest: string;
  /** Absent: a start. */
  readonly purpose?: PermitPurpose;
}

/** What the brain signs (Ed25519 over canonical JSON). Without it hands start nothing, whoever calls (spec X5). */
export interface Permit extends PermitSubject {
  readonly v: 1;
  readonly firstRunId: string;
  /** The audit record that it follows from: `<log>:<seq>:<first 16 digits of its leaf>`. */
  readonly receipt: string;
  /** ISO 8601. After it nothing is started; what was started is still finished, probed and rolled back. */
  readonly expiresAt: string;
  /** Only for a rollback: so many steps count as started, the first ones. */
  readonly steps?: number;
  /** Absent: people approved it. */
  readonly grant?: PermitGrant;
}

/**
 * What travels: only what hands cannot know. Vessel, host, key, proposal and digest they put in themselves, from their own configuration and
 * from what they would run, so the signature fits that or nothing.
 */
export interface SignedPermit {
  readonly run: string;
  readonly receipt: string;
  readonly expires: string;
  readonly steps?: number;
  readonly grant?: PermitGrant;
  /** base64 */
  readonly signature: string;
}

const refused = (message: string) => new JanusError('PERMIT_REFUSED', message);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Takes anything; what is signed is exactly these four. */
function readGrant(value: unknown): PermitGrant {
  const { mode, missionLog, proposals, grounds } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if ((mode !== 'beta' && mode !== 'omega') || !isCount(missionLog) || !isCount(proposals))
    throw refused('the permit names a grant that is none');
  if (typeof grounds !== 'string' || !/^[0-9a-f]{64}$/.test(grounds)) throw refused('the grant of the permit names no grounds');
  return { mode, missionLog, proposals, grounds };
}

/** The permit that `signed` claims to be, whatever that is; nothing is verified yet. Throws PERMIT_REFUSED where it is none at all. */
export function readPermit(signed: unknown, subject: PermitSubject): { readonly permit: Permit; readonly signature: string } {
  const { run, receipt, expires, steps, grant, signature } = (typeof signed === 'object' && signed !== null ? signed : {}) as Record<
    string,
    unknown
  >;
  if (typeof run !== 'string' || typeof receipt !== 'string' || typeof expires !== 'string' || typeof signature !== 'string')
    throw refused('there is no permit');
  if (![run, receipt, expires, signature].every((text) => text.isWellFormed())) throw refused('the permit is not well-formed text');
  if (steps !== undefined && !Number.isSafeInteger(steps)) throw refused('the permit names no number of steps');
  const granted = grant === undefined ? undefined : readGrant(grant);
  const { vessel, host, hands, proposalId, digest, purpose } = subject;
  const permit: Permit = {
    ...{ v: 1, vessel, proposalId, firstRunId: run, host, hands, digest, receipt, expiresAt: expires },
    ...(purpose !== undefined && { purpose }),
    ...(steps !== undefined && { steps: steps as number }),
    ...(granted !== undefined && { grant: granted }),
  };
  return { permit, signature };
}

/** What a permit is called where it is remembered: 64 hex digits over all that was signed. */
export function permitDigest(sha256: Sha256, permit: Permit): string {
  return sha256(`janus.permit.v1\0${canonicalJson(permit)}`);
}
