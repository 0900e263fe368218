import type { StartLedger } from '../../adapters/ledger/start-ledger.js';
import type { PermitVerifier } from '../../adapters/permit/permit.js';
import type { Previewer } from '../../adapters/sandbox/contract/previewer.js';
import type { Sandbox } from '../../adapters/sandbox/contract/sandbox.js';
import type { ExecutionResult, RollbackResult } from '../../domain/action/result.js';
import type { Sha256 } from '../../domain/text/canonical.js';
import type { ApprovalChecks } from '../shared/approvals.js';
import type { Gate } from './gate.js';

export interface HandsDependencies extends ApprovalChecks {
  readonly sandbox: Sandbox;
  readonly ledger: StartLedger;
  readonly previewer: Previewer;
  readonly permits: PermitVerifier;
  readonly gate: Gate;
  /** Previews wait for each other and never for a place that an approved action could take. */
  readonly previewGate: Gate;
  readonly sha256: Sha256;
  readonly host: string;
  /** Why nothing may start, or undefined. */
  readonly emergencyStop: () => Promise<string | undefined>;
  /** Actions of this process that are running now: a second attempt joins the first. */
  readonly running: Map<string, Promise<ExecutionResult>>;
  /** The same for rollback steps, by proposal and index. */
  readonly undoing: Map<string, Promise<RollbackResult>>;
}
