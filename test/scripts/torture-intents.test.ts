import { expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { toReviewContext } from '../../src/config/review-context.js';
import { parseProposal } from '../../src/domain/action/proposal.schema.js';
import { reviewProposal } from '../../src/domain/constitution/rules.js';
import { openGroundTruth } from '../support/torture/ground-truth.js';
import { makeIntent } from '../support/torture/intents.js';
import { createRandom } from '../support/torture/random.js';
import { aFolder, fill } from '../support/folders.js';

const folder = aFolder();

it('the torture proposes nothing that the constitution refuses, and something of every risk', async () => {
  const { tools, grants } = await openGroundTruth(`${folder}/truth`, () => folder);
  const allowed = tools.map(({ name }) => name);
  const agent = { vessel_id: 'janus-test', sandbox: { policy_path: 'policy.json' }, tools, security: { allowed_tools: allowed } };
  fill(folder, { 'agent.yaml': JSON.stringify(agent), 'policy.json': JSON.stringify({ grants }) });
  const config = loadConfig({ agentFile: `${folder}/agent.yaml`, env: {}, cwd: folder });
  const programs = Object.fromEntries(allowed.map((name) => [String(name), { path: '/bin/bash' }]));
  const context = toReviewContext(config, { programs, grantProblems: {}, profile: '' });
  const random = createRandom(1);
  const intents = Array.from({ length: 200 }, (_, number) => makeIntent(random.fork(number), number));
  const document = { timestamp: new Date(0).toISOString(), vessel_id: 'janus-test' };
  const refused = intents.flatMap(({ draft }) => reviewProposal(parseProposal({ ...document, ...draft }), context));
  expect(refused).toEqual([]);
  expect(new Set(intents.map(({ risk }) => risk))).toEqual(new Set(['low', 'medium', 'high']));
});
