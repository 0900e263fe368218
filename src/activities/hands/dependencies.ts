import type { StartLedger } from '../../adapters/ledger/start-ledger.js';
import type { AnswerSigner, PermitVerifier } from '../../adapters/permit/permit.js';
import type { Previewer } from '../../adapters/sandbox/contract/previewer.js';
import type { Sandbox } from '../../adapters/sandbox/contract/sandbox.js';
import type { Sha256 } from '../../domain/text/canonical.js';
import type { ApprovalChecks } from '../shared/approvals.js';
import type { GrantChecks } from '../shared/granting.js';
import type { OwnRisk } from './floor.js';
import type { Gate } from './gate.js';
import type { Halting } from './halting.js';
import type { UnderWay } from './under-way.js';

/** What hands know of what may run without a person, all of it from their own host. */
export interface OwnGrants extends GrantChecks {
  /** Real path of each tool's program, as it is installed now. */
  readonly programs: () => Promise<Readonly<Record<string, { readonly path: string } | { readonly problem: string }>>>;
}

/** What hands need to know and to touch; fakes in tests. */
export interface HandsDependencies extends ApprovalChecks {
  /** Which hands these are. */
  readonly self: ApprovalChecks['self'] & { readonly host: string };
  /** What this host's own configuration says of risk. */
  readonly ownRisk: OwnRisk;
  readonly ownGrants: OwnGrants;
  readonly sha256: Sha256;
  readonly permits: PermitVerifier;
  readonly answers: AnswerSigner;
  /** Why nothing may start, or undefined. */
  readonly emergencyStop: () => Promise<string | undefined>;
  /** What a stop does to what runs. */
  readonly halting: Halting;
  /** Works in a workspace that the guard leaves alone meanwhile. */
  readonly spare: <T>(workspace: string, work: () => Promise<T>) => Promise<T>;
  readonly sandbox: Sandbox;
  readonly previewer: Previewer;
  readonly ledger: StartLedger;
  /** Previews wait for each other and never for a place that an approved action could take. */
  readonly gates: { readonly actions: Gate; readonly previews: Gate };
  readonly underWay: UnderWay;
}
