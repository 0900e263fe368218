import { lstatSync } from 'node:fs';
import type { Groups, Requirement } from '../../domain/approval/rules.js';
import { personOf, unmeetable } from '../../domain/approval/rules.js';
import type { ApprovalPolicy, ApprovalRule } from '../../domain/approval/terms.js';
import type { ApprovalsDocument, RequirementDocument } from './approvals.schema.js';
import type { Problem } from '../yaml/problem.js';
import { allowedSignersProblems, revokedSignersProblems } from '../signers/signer-files.js';

/** `approvals` of agent.yaml in the words of the code. */
export interface Approvals extends ApprovalPolicy {
  /** Keys that count no longer; the file may come into being at any time. */
  readonly revokedSigners: string;
  /** A signature counts only where these lists let it, too: what lies there now, where those above are kept from an adopted policy (spec C7). */
  readonly alsoListed?: { readonly allowedSigners: string | undefined; readonly revokedSigners: string };
}

/** Where the section stands, to point at. */
export interface ApprovalsPlace {
  readonly file: string;
  readonly vessel: string;
  readonly at: (path: string) => string;
  readonly lineOf: (...path: PropertyKey[]) => number;
}

function toRequirement({ group = '', approve = 1, all_of: all, any_of: any }: RequirementDocument): Requirement {
  if (all !== undefined) return { allOf: all.map(toRequirement) };
  return any === undefined ? { group, approve } : { anyOf: any.map(toRequirement) };
}

const listed = <T>(value: T | T[]): readonly T[] => (Array.isArray(value) ? value : [value]);

function toRule({ when, signature, escalate_to: escalateTo, ...join }: ApprovalsDocument['rules'][number]): ApprovalRule {
  return {
    ...(when.risk !== undefined && { risks: listed(when.risk) }),
    ...(when.action_type !== undefined && { actionTypes: listed(when.action_type) }),
    requirement: toRequirement(join),
    ...(signature !== undefined && { signature }),
    ...(escalateTo !== undefined && { escalateTo }),
  };
}

/** Only what certainly is not there is absent: a link to nowhere, or a folder that may not be entered, is something that cannot be read. */
function isThere(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

export function toApprovals(document: ApprovalsDocument, at: ApprovalsPlace['at']): Approvals {
  const { groups, break_glass: glass } = document;
  const allowedSigners = at(document.allowed_signers);
  return {
    signature: document.signature,
    allowedSigners: isThere(allowedSigners) ? allowedSigners : undefined,
    revokedSigners: at(document.revoked_signers),
    groups,
    rules: document.rules.map(toRule),
    selfApproval: document.self_approval,
    modelOperators: document.model_operators,
    breakGlass: glass.group === undefined ? undefined : { group: glass.group, reviewSeconds: Math.round(glass.review_hours * 3_600) },
  };
}

interface NamedGroup {
  readonly name: string;
  readonly path: readonly PropertyKey[];
}

function groupsIn(part: RequirementDocument, path: readonly PropertyKey[]): NamedGroup[] {
  return [
    ...(part.group === undefined ? [] : [{ name: part.group, path: [...path, 'group'] }]),
    ...(['all_of', 'any_of'] as const).flatMap((key) =>
      (part[key] ?? []).flatMap((inner, index) => groupsIn(inner, [...path, key, index])),
    ),
  ];
}

function neverMet(requirement: Requirement, groups: Groups): string | undefined {
  try {
    return unmeetable(requirement, groups);
  } catch (error) {
    return error instanceof RangeError ? error.message : String(error);
  }
}

/** Rules that nobody could ever fulfil: proposals under them would wait for nothing. */
function ruleProblems({ rules, groups, break_glass: glass }: ApprovalsDocument, { file, lineOf }: ApprovalsPlace): Problem[] {
  const problem = (path: readonly PropertyKey[], found: string, allowed: string): Problem => ({
    file,
    line: lineOf('approvals', ...path),
    key: ['approvals', ...path].map(String).join('.'),
    found,
    allowed,
  });
  const unknown = ({ name, path }: NamedGroup) =>
    Object.hasOwn(groups, name)
      ? []
      : [problem(path, JSON.stringify(name), `approvals.groups knows ${Object.keys(groups).join(', ') || 'no group'}`)];
  const ofRules = rules.flatMap((rule, index) => {
    const { escalate_to: next, all_of: all, any_of: any } = rule;
    const named = groupsIn({ all_of: all, any_of: any }, ['rules', index]);
    const strangers = [...named, ...(next === undefined ? [] : [{ name: next, path: ['rules', index, 'escalate_to'] }])].flatMap(unknown);
    const never = strangers.length > 0 ? undefined : neverMet(toRequirement({ all_of: all, any_of: any }), groups);
    const join = all === undefined ? 'any_of' : 'all_of';
    return never === undefined ? strangers : [problem(['rules', index, join], 'a rule that can never be met', never)];
  });
  return [...(glass.group === undefined ? [] : unknown({ name: glass.group, path: ['break_glass', 'group'] })), ...ofRules];
}

function operatorProblems({ groups, model_operators: operators }: ApprovalsDocument, { file, lineOf }: ApprovalsPlace): Problem[] {
  const persons = new Set(Object.values(groups).flat().map(personOf));
  return operators.flatMap((name, index) =>
    persons.has(personOf(name))
      ? []
      : [
          {
            file,
            line: lineOf('approvals', 'model_operators', index),
            key: `approvals.model_operators.${index}`,
            found: JSON.stringify(name),
            allowed: 'a person of approvals.groups',
          },
        ],
  );
}

/** What the schema cannot see: a demand without keys, keys that cannot be trusted, rules that can never be met (spec A3, A4). */
export function approvalsProblems(document: ApprovalsDocument, place: ApprovalsPlace): Problem[] {
  const { file, vessel, at, lineOf } = place;
  const { signature, rules, groups } = document;
  const [signers, revoked] = [at(document.allowed_signers), at(document.revoked_signers)];
  const demanding = rules.findIndex((rule) => rule.signature === 'required');
  const demands = signature === 'required' || demanding >= 0;
  const missing: Problem[] =
    demands && !isThere(signers)
      ? [
          {
            file,
            line: lineOf('approvals', ...(signature === 'required' ? ['signature'] : ['rules', demanding, 'signature'])),
            key: 'approvals.allowed_signers',
            found: `no file ${signers}, although signatures are required`,
            allowed: 'keys of approvers: ubos keys init, then ubos keys add',
            mend: 'keys',
          },
        ]
      : [];
  // Where nothing signed is ever looked at, the files are of no consequence.
  const looked = signature !== 'off' || rules.some((rule) => rule.signature !== undefined && rule.signature !== 'off');
  return [
    ...ruleProblems(document, place),
    ...operatorProblems(document, place),
    ...missing,
    ...(looked && isThere(signers) ? allowedSignersProblems(signers, { vessel, groups }) : []),
    ...(looked && isThere(revoked) ? revokedSignersProblems(revoked) : []),
  ];
}
