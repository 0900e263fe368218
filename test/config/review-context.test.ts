import { describe, expect, it } from '@jest/globals';
import { toReviewContext } from '../../src/config/review-context.js';
import { reviewProposal } from '../../src/domain/constitution/rules.js';
import { loadFrom, soundAgent } from '../support/vessel/configuration.js';
import { aFolder } from '../support/folders.js';
import { aProposal } from '../support/proposals/proposals.js';

const folder = aFolder();
const installed = { programs: { shell: { path: '/usr/bin/bash' }, curl: { path: '/usr/bin/curl' } }, grantProblems: {}, profile: 'test:0' };
const contextOf = (files: Parameters<typeof loadFrom>[1] = {}) => toReviewContext(loadFrom(folder, files), installed);
const rulesOf = (change: Parameters<typeof aProposal>[0], files?: Parameters<typeof loadFrom>[1]) =>
  reviewProposal(aProposal(change), contextOf(files)).map(({ rule }) => rule);

describe('toReviewContext', () => {
  it('takes the rules from the configuration, and what is installed from the machine', () => {
    expect(contextOf({ policy: '{"cpu_seconds": 9, "grants": {"a": {"path": "/a"}}}' })).toMatchObject({
      ...installed,
      vesselId: 'janus-test',
      mode: 'alpha',
      allowNetwork: false,
      limits: { cpuSeconds: 9, wallSeconds: 600 },
      defaultWallSeconds: 300,
      grants: [{ name: 'a', path: '/a', writable: false }],
      dryRun: false,
    });
  });

  it.each([
    ['a sound proposal', {}, undefined, []],
    ['another vessel', { vessel_id: 'other' }, undefined, ['vessel']],
    ['a tool that is not allowed', {}, { agent: `${soundAgent}security: { allowed_tools: [jq] }\n` }, ['tool']],
    ['a tool that is not installed', { tool_name: 'jq', tool_args: ['.'] }, undefined, ['tool']],
    ['a quota of policy.json', { tool_kwargs: { limits: { cpu_seconds: 10 } } }, { policy: '{"cpu_seconds": 9}' }, ['quota']],
    ['the network, which is off', { tool_name: 'curl', network_domains: ['github.com'] }, undefined, ['network']],
    ['the network, which is on', { tool_name: 'curl', network_domains: ['github.com'] }, { policy: '{"allow_network": true}' }, []],
  ])('makes the review judge %s', (_, change, files, broken) => {
    expect(rulesOf(change, files)).toEqual(broken);
  });
});
