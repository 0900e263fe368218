import { readFileSync } from 'node:fs';
import { keyFingerprint } from '../adapters/files/sha256.js';
import { riskLevels } from '../domain/action/proposal.js';
import { tierNames } from '../domain/action/tier.js';
import type { Tool } from '../domain/action/tool.js';
import { parseAllowedSigners, parseRevokedKeys } from '../domain/approval/allowed-signers.js';
import { alternatives } from '../domain/approval/rules.js';
import { ownTerms } from '../domain/approval/terms.js';
import type { CatalogueEntry } from '../domain/model/catalogue.js';
import type { Looser, PolicyRule, PolicyValue } from '../domain/policy/rule.js';
import type { JanusConfig } from './config.js';

const rule = (key: string, value: PolicyValue, looser: Looser, more: Partial<PolicyRule> = {}): PolicyRule => ({
  ...{ key, value, looser },
  ...more,
});

/** What is listed, and what of each thing allows how much. */
function toolRules({ name, command, shell, allowNetwork, grants, domains, limits, reversible }: Tool): PolicyRule[] {
  const part = { part: true } as const;
  const of = (key: string) => `tools.${name}.${key}`;
  return [
    rule(of('command'), JSON.stringify(command), 'other', part),
    rule(of('shell'), shell, 'true', part),
    rule(of('allow_network'), allowNetwork, 'true', part),
    rule(of('grants'), grants, 'more', part),
    rule(of('domains'), domains.length === 0 ? ['*'] : domains, 'more', part),
    rule(of('reversible'), reversible, 'true', part),
    ...Object.entries(limits).map(([limit, value]) => rule(of(`limits.${limit}`), value ?? null, 'more', { absent: null, part: true })),
  ];
}

/** Who has to say yes, by risk and by each type of action that a rule names; `*` is every other. */
function approvalRules({ approvals, approval }: JanusConfig): PolicyRule[] {
  const types = ['*', ...new Set(approvals.rules.flatMap(({ actionTypes = [] }) => actionTypes))];
  const bySubject = riskLevels.flatMap((risk) =>
    types.flatMap((actionType) => {
      const { requirement, signature, escalateTo, breakGlass } = ownTerms(approvals, { risk, actionType });
      const ways = alternatives(requirement).map((way) => way.map(({ group, approve }) => `${approve} ${group}`).join(', '));
      const of = (key: string, type = actionType) => `approvals.${risk}.${type}.${key}`;
      const like = (key: string) => (actionType === '*' ? {} : { otherwise: of(key, '*') });
      return [
        rule(of('requirement'), ways, 'ways', like('requirement')),
        rule(of('signature'), signature, ['required', 'optional', 'off'], like('signature')),
        rule(of('escalate_to'), escalateTo === undefined ? [] : [escalateTo], 'more', like('escalate_to')),
        rule(of('break_glass'), breakGlass === undefined ? [] : [breakGlass.group], 'more', like('break_glass')),
      ];
    }),
  );
  return [
    ...bySubject,
    ...Object.entries(approvals.groups).map(([name, members]) => rule(`approvals.groups.${name}`, members, 'more', { absent: [] })),
    rule('approvals.self_approval', approvals.selfApproval, ['forbidden', 'allowed']),
    rule('approvals.model_operators', approvals.modelOperators, 'fewer'),
    rule('approval_workflow.approval_timeout_hours', approval.timeoutSeconds / 3_600, 'more'),
  ];
}

/** The text of the two lists of keys; undefined where there is none. */
export interface SignerTexts {
  readonly allowed: string | undefined;
  readonly revoked: string | undefined;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** The lists of keys as they lie there now. One that cannot be read was refused by whoever loaded the configuration. */
export const signerTexts = ({ approvals }: Pick<JanusConfig, 'approvals'>): SignerTexts => ({
  allowed: approvals.allowedSigners === undefined ? undefined : textOf(approvals.allowedSigners),
  revoked: textOf(approvals.revokedSigners),
});

/** Whose keys count: one that is revoked does not. */
function keyRules({ allowed, revoked }: SignerTexts): PolicyRule[] {
  const gone = new Set(parseRevokedKeys(revoked ?? '').keys);
  const keys = new Map<string, string[]>();
  for (const { principals, namespaces, certAuthority, validBefore, key } of parseAllowedSigners(allowed ?? '').entries) {
    if (gone.has(key)) continue;
    const until = validBefore === undefined ? '' : ` until ${new Date(validBefore).toISOString()}`;
    const words = `${keyFingerprint(Buffer.from(key, 'base64'))}${certAuthority ? ' certificates' : ''} for ${[...namespaces].sort().join(',')}${until}`;
    for (const name of principals) keys.set(name, [...(keys.get(name) ?? []), words]);
  }
  return [...keys].map(([name, prints]) => rule(`keys.${name}`, prints, 'more', { absent: [] }));
}

function controlRules({ controls, harness }: JanusConfig): PolicyRule[] {
  const { relief, killSwitch, rateLimits, networkRates } = controls;
  return [
    rule('harness.max_concurrency', harness.concurrencyMax, 'more'),
    rule('harness.relief_enabled', relief.enabled, 'false'),
    rule('watchdog.memory_threshold_mb', relief.memoryThresholdMb, 'more'),
    rule('watchdog.cpu_threshold_percent', Math.round(relief.cpuThreshold * 100), 'more'),
    rule('controls.pause_after_failures', controls.pauseAfterFailures, 'more'),
    ...Object.entries(rateLimits).flatMap(([type, { perMinute, perHour, burst }]) =>
      Object.entries({ per_minute: perMinute, per_hour: perHour, burst }).map(([key, value]) =>
        rule(`controls.rate_limits.${type}.${key}`, value ?? null, 'more', { absent: null }),
      ),
    ),
    rule('security.network.rate_limits.requests_per_minute', networkRates.perMinute, 'more'),
    rule('security.network.rate_limits.requests_per_hour', networkRates.perHour, 'more'),
    rule('kill_switch.constitutional_violation_action', killSwitch.violationAction, ['immediate_stop', 'pause', 'alert']),
    rule('kill_switch.rollback', killSwitch.rollback, ['wait', 'run']),
    rule('kill_switch.watchdog_violations_threshold', killSwitch.violationsThreshold, 'more'),
  ];
}

/** What a model may choose, and what each choice may fill in. Whether other words do more than those before, nobody can tell. */
function catalogueRules({ id, actionType, parameters, steps, rollback, networkDomains, risk }: CatalogueEntry): PolicyRule[] {
  const part = { part: true } as const;
  const of = (key: string) => `catalogue.${id}.${key}`;
  const filled = parameters.map(({ name, shape }) => [name, shape]);
  return [
    rule(of('action_type'), actionType, 'other', part),
    rule(of('parameters'), JSON.stringify(filled), 'other', part),
    rule(of('steps'), JSON.stringify(steps), 'other', part),
    rule(of('rollback'), JSON.stringify(rollback), 'other', part),
    rule(of('network_domains'), networkDomains, 'more', part),
    rule(of('risk_level'), risk, [...riskLevels].reverse(), part),
  ];
}

/** What a mode takes at least; of every other figure less is stricter. */
const atLeast: ReadonlySet<string> = new Set([
  'alphaDays',
  'betaDays',
  'approvalPercentMin',
  'coveragePercentMin',
  'decidedMin',
  'reviewDays',
]);

/** Whether a model is asked, where, for how much; who else hears of the vessel; and what the modes take. */
function mindRules({ thinking, llm, modes, playbooksRun, playbooksOffered, catalogue, oracles, commsHub }: JanusConfig): PolicyRule[] {
  return [
    rule('thinking_cycle.enable_autonomous_proposals', thinking.autonomous, 'true'),
    rule('llm.allowed_domains', llm.allowedDomains, 'more'),
    rule('llm.remote_fallback', llm.remoteFallback, 'true'),
    rule('llm.daily_calls', llm.dailyCallsMax, 'more'),
    rule('llm.daily_tokens', llm.dailyTokensMax, 'more'),
    rule('integrations.comms_hub.enabled', commsHub.enabled, 'true'),
    rule('integrations.oracle_trinity.enabled', oracles.enabled, 'true'),
    ...Object.entries(oracles.dailyMax).map(([name, value]) => rule(`integrations.oracle_trinity.daily_lookups.${name}`, value, 'more')),
    ...Object.entries(modes.settings).map(([name, value]) => rule(`modes.${name}`, value as number, atLeast.has(name) ? 'fewer' : 'more')),
    rule('modes.recommenders', modes.recommenders, 'fewer'),
    rule('modes.veto_minutes', Math.round(modes.vetoSeconds / 60), 'fewer'),
    rule('modes.exclude', modes.exclude, 'fewer'),
    rule('playbooks.auto_approve', playbooksRun, 'true'),
    rule('playbooks.offer_to_model', playbooksOffered, 'true'),
    rule(
      'catalogue',
      catalogue.map(({ id }) => id),
      'more',
    ),
    ...catalogue.flatMap(catalogueRules),
  ];
}

/**
 * Everything by which this vessel is held, as rules that two policies can be compared by (spec C7): the registry of tools, policy.json, allowlists,
 * who approves with which keys, quotas, ceilings. `signers` is the text of the lists of keys.
 */
export function securityPolicy(config: JanusConfig, signers: SignerTexts): readonly PolicyRule[] {
  const { tools, allowedTools, allowedDomains, policy, sandbox, operationalMode, dryRun } = config;
  const { limits, grants, allowNetwork, minimumTiers, riskFloor, preview } = policy;
  return [
    rule('operational_mode', operationalMode, ['alpha', 'beta', 'omega']),
    rule('constitutional.amendments', config.amendments, ['required', 'recorded']),
    rule(
      'tools',
      tools.map(({ name }) => name),
      'more',
    ),
    ...tools.flatMap(toolRules),
    rule('security.allowed_tools', allowedTools, 'more'),
    rule('security.network.allowed_domains', allowedDomains, 'more'),
    rule('sandbox.dynamic_user', sandbox.account, 'other'),
    rule('sandbox.bubblewrap_path', sandbox.bwrapPath, 'other'),
    rule('debug.dry_run_mode', dryRun, 'false'),
    rule('policy.allow_network', allowNetwork, 'true'),
    ...Object.entries(limits).map(([name, value]) =>
      rule(`policy.limits.${name}`, (value as number | undefined) ?? null, 'more', { absent: null }),
    ),
    ...grants.map(({ name, path, writable }) =>
      rule(`policy.grants.${name}`, [`${path}${writable ? ' to write' : ''}`], 'more', { absent: [] }),
    ),
    ...riskLevels.flatMap((risk) => [
      // Without a tier any will do: the weakest.
      rule(`policy.minimum_tier.${risk}`, minimumTiers[risk] ?? tierNames[0], [...tierNames].reverse()),
      rule(`policy.preview.${risk}`, preview[risk] ?? false, 'false'),
    ]),
    ...Object.entries(riskFloor).map(([what, risk]) => rule(`policy.risk_floor.${what}`, risk, [...riskLevels].reverse())),
    ...approvalRules(config),
    ...keyRules(signers),
    ...controlRules(config),
    ...mindRules(config),
  ];
}
