import { z } from 'zod';
import { riskLevelSchema } from '../../domain/action/proposal.schema.js';
import { path, section, text } from './parts.schema.js';

const oneOrMore = <T extends z.ZodType>(value: T, words: string) => z.union([value, z.array(value).min(1).max(64)], words);
const actionType = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'an action type in snake_case, or a list of them');

/** A threshold, or several joined by AND or OR. */
export interface RequirementDocument {
  readonly group?: string | undefined;
  readonly approve?: number | undefined;
  readonly all_of?: readonly RequirementDocument[] | undefined;
  readonly any_of?: readonly RequirementDocument[] | undefined;
}

const parts = () => z.array(partSchema).min(1).max(16).optional();

/** Both or neither would leave open what is meant. */
function assertOneJoin({ all_of: all, any_of: any }: RequirementDocument, context: z.RefinementCtx): void {
  if ((all === undefined) === (any === undefined)) context.addIssue({ code: 'custom', message: 'exactly one of all_of and any_of' });
}

const partSchema: z.ZodType<RequirementDocument> = z.lazy(() =>
  z
    .strictObject({ group: text.optional(), approve: z.number().int().min(1).max(16).optional(), all_of: parts(), any_of: parts() })
    .superRefine((part, context) => {
      const { group, approve, all_of: all, any_of: any } = part;
      if (all === undefined && any === undefined) {
        if (group === undefined || approve === undefined)
          context.addIssue({ code: 'custom', message: '{ group, approve }, or one of all_of and any_of' });
      } else if (group === undefined && approve === undefined) assertOneJoin(part, context);
      else context.addIssue({ code: 'custom', message: 'group and approve, or all_of, or any_of: not several' });
    }),
);

const signature = z.enum(['required', 'optional', 'off']);

const ruleSchema = z
  .strictObject({
    when: z
      .strictObject({
        risk: oneOrMore(riskLevelSchema, 'low, medium or high, or a list of them').optional(),
        action_type: oneOrMore(actionType, 'an action type in snake_case, or a list of them').optional(),
      })
      .prefault({}),
    all_of: parts(),
    any_of: parts(),
    deny: z.literal(1, 'any deny vetoes: only 1 is accepted').default(1),
    signature: signature.optional(),
    escalate_to: text.optional(),
  })
  .superRefine(assertOneJoin);

/** `approvals` of agent.yaml: who decides, and what a decision has to look like (spec A3, A4). */
export const approvalsSchema = section({
  signature: z
    .enum(['required', 'by_risk', 'optional', 'off'])
    .default('by_risk')
    .describe('Which decisions must be signed; by_risk: those of medium and high risk, as soon as there is a file of allowed signers'),
  allowed_signers: path.default('/etc/janus/allowed_signers').describe('Keys of the approvers (ssh-keygen, ALLOWED SIGNERS)'),
  revoked_signers: path.default('/etc/janus/revoked_signers').describe('Keys that count no longer; need not exist'),
  groups: z
    .record(text, z.array(text).max(64))
    .default({ first_citizen: ['first_citizen'], trinity: ['claude', 'gemini', 'codex'] })
    .describe('Groups of approvers; the first decides'),
  self_approval: z.enum(['forbidden', 'allowed']).default('forbidden').describe('Whether the proposer may approve'),
  model_operators: z.array(text).max(64).default([]).describe('Persons who may not approve what the model proposed, because they run it'),
  break_glass: section({
    group: text.optional().describe('One of this group may start a high-risk action alone; nobody may while it is not named'),
    review_hours: z.number().positive().max(720).default(24).describe('Hours for the others to look at it afterwards'),
  }),
  rules: z
    .array(ruleSchema)
    .max(64)
    .default([])
    .describe('Thresholds by risk and action type: the first rule that fits holds, else one person of the first group'),
});

export type ApprovalsDocument = z.output<typeof approvalsSchema>;
