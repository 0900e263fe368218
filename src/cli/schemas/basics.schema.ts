import { proposalIdPattern } from '../../domain/action/proposal-id.js';
import { z } from 'zod';
import { decisionKinds } from '../../domain/approval/decision.js';
import type { ProposalStatus } from '../../domain/action/status.js';
import { transitions } from '../../domain/action/status.js';
import { logNames } from '../../domain/trail/logs.js';
import type { Violation } from '../../domain/violation.js';
import { shapeOf } from './shape-of.js';

/* The words of which the objects of `--json` are made. */

export const text = z.string();
export const count = z.number().int().min(0);
export const counts = z.record(z.string(), count);
export const isoTime = z.iso.datetime({ offset: true });
export const digest = z.string().regex(/^[0-9a-f]{64}$/);
export const proposalId = z.string().regex(proposalIdPattern);
export const status = z.enum(Object.keys(transitions) as [ProposalStatus, ...ProposalStatus[]]);
export const kind = z.enum(decisionKinds);
export const log = z.enum(logNames);
export const violation = shapeOf<Violation>()(z.strictObject({ rule: text, clause: text, message: text }));
export const commandLines = z.array(z.array(z.string()));
