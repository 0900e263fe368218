import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { openTerms } from '../../src/domain/approval/terms.js';
import type { PlannedCommand } from '../../src/domain/action/plan.js';
import { rollbackSequence } from '../../src/domain/action/plan.js';
import { planProposal } from '../../src/domain/action/planning.js';
import { parseProposal } from '../../src/domain/action/proposal.schema.js';
import { playbookRules, registryProblems } from '../../src/config/registries.js';
import { toReviewContext } from '../../src/config/review-context.js';
import { compilePlaybook, proposePlaybook } from '../../src/domain/thinking/playbook.js';
import { playbookSchema } from '../../src/domain/thinking/playbook.schema.js';
import { loadFrom } from '../support/vessel/configuration.js';
import { aFolder, useFolders } from '../support/folders.js';
import { sha256 } from '../support/proposals/proposals.js';

const etcFile = (name: string) => new URL(`../../deploy/etc/${name}`, import.meta.url);
const etc = (name: string) => readFileSync(etcFile(name), 'utf8');
const config = loadFrom(aFolder(), {
  agent: etc('agent.yaml').replace('/etc/janus/policy.json', 'policy.json'),
  policy: etc('policy.json'),
});
const folder = useFolders();

function plan() {
  const { playbooks } = JSON.parse(etc('playbooks.json')) as { playbooks: unknown[] };
  const playbook = compilePlaybook(playbookSchema.parse(playbooks[0]), playbookRules(config), sha256);
  if ('problems' in playbook) throw new TypeError(playbook.problems.join('; '));
  const occasion = { proposalId: 'janus-000000000000', timestamp: new Date(0).toISOString(), vesselId: config.vesselId };
  const document = proposePlaybook(playbook, { ...occasion, metrics: {}, missions: undefined });
  const programs = { agent_logs: { path: '/bin/bash' } };
  const context = toReviewContext(config, { programs, grantProblems: {}, profile: 'test:0000000000000000' });
  return planProposal(parseProposal(document), context, openTerms('log_rotation'));
}

it('is a playbook that the constitution lets through, at the floor of its writable grant (spec C6, P4)', () => {
  const paths = {
    ...config.paths,
    playbooks: etcFile('playbooks.json').pathname,
    missionObjectives: etcFile('mission_objectives.json').pathname,
  };
  expect(registryProblems({ ...config, paths })).toEqual([]);
  expect(plan()).toMatchObject({ risk: 'medium', grants: [{ path: '/var/log/janus', writable: true }] });
});

it.each([0, 1, 2, 3, 4])('leaves log and archives as they were when %s of its steps were done, and loses no line (spec X8)', (done) => {
  const [logs, workspace] = [folder(), folder()];
  const log = join(logs, 'agent.log');
  writeFileSync(log, 'one\ntwo\n');
  writeFileSync(`${log}.1.gz`, gzipSync('older\n'));
  const start = ({ path, args }: PlannedCommand) =>
    execFileSync(
      path,
      args.map((arg) => arg.replaceAll('/var/log/janus', logs).replaceAll('/workspace', workspace)),
      { cwd: workspace },
    );
  const { steps, rollback } = plan();
  for (const step of steps.slice(0, done)) start(step);
  if (done === steps.length)
    expect([readFileSync(log, 'utf8'), String(gunzipSync(readFileSync(`${log}.1.gz`)))]).toEqual(['', 'one\ntwo\n']);
  writeFileSync(log, 'meanwhile\n', { flag: 'a' });
  // The step after them was started, and failed before it changed anything.
  for (const { command } of rollbackSequence({ rollback }, Math.min(done + 1, steps.length))) start(command);
  expect(readFileSync(log, 'utf8')).toBe('one\ntwo\nmeanwhile\n');
  expect(String(gunzipSync(readFileSync(`${log}.1.gz`)))).toBe('older\n');
  expect(existsSync(`${log}.1`)).toBe(false);
});
