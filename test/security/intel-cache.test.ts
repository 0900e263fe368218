import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createIntelCache } from '../../src/adapters/oracles/intel-cache.js';
import { lookAtGrants } from '../../src/adapters/sandbox/profile/grants.js';
import { currentActionAccount } from '../../src/adapters/sandbox/profile/account.js';
import type { JanusConfig } from '../../src/config/config.js';
import { toReviewContext } from '../../src/config/review-context.js';
import { planProposal } from '../../src/domain/action/planning.js';
import { aProposal } from '../support/proposals/proposals.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';
import { loadFrom } from '../support/vessel/configuration.js';

const agent = `vessel_id: janus-test
sandbox: { policy_path: policy.json }
logging: { mission_log: state/mission_log.jsonl, intel_cache: state/intel_cache }
security: { allowed_tools: [asking, other] }
tools:
  - { name: asking, shell: true, grants: [intel_cache] }
  - { name: other, shell: true }
`;

describeWithBwrap('what oracles answered, for tools that ask for it (spec T8, X2)', () => {
  let bench: SandboxBench;
  let config: JanusConfig;
  beforeAll(async () => {
    bench = await openSandboxBench();
    const home = join(bench.root, 'home');
    mkdirSync(join(home, 'state', 'keys'), { recursive: true });
    config = loadFrom(home, { agent });
    for (const folder of [home, config.paths.state]) chmodSync(folder, 0o755);
    const now = () => new Date('2026-01-02T03:04:05.000Z');
    const cache = createIntelCache({ folder: config.paths.intelCache, keptMilliseconds: 86_400_000, now });
    const result = { kind: 'text', text: 'about 384400 km' } as const;
    await cache.keep({ oracle: 'wolfram', query: 'distance to the moon', result, at: now().toISOString() });
  });
  afterAll(() => bench.close());

  /** The script under the grants that the plan of an action with this tool has. */
  async function run(tool: string, script: string) {
    const programs = { asking: { path: '/usr/bin/bash' }, other: { path: '/usr/bin/bash' } };
    const context = toReviewContext(config, { programs, grantProblems: {}, profile: '' });
    const terms = { groups: {}, rules: [] } as unknown as Parameters<typeof planProposal>[2];
    const { grants } = planProposal(aProposal({ tool_name: tool, tool_args: [script] }), context, terms);
    return { grants, result: await bench.run(script, { grants: [...grants] }) };
  }

  it('the tool that asks reads every answer, writes nothing there, and sees nothing else of the vessel', async () => {
    const { intelCache, state } = config.paths;
    expect(lookAtGrants(config.policy.grants, currentActionAccount('janus-no-such-account'))).toEqual({});
    const script = `cat ${intelCache}/wolfram/*; : > ${intelCache}/planted; rm -rf ${intelCache}/wolfram; echo; ls -A ${state}`;
    const { grants, result } = await run('asking', script);
    expect(grants).toEqual([{ name: 'intel_cache', path: intelCache, writable: false }]);
    expect(result.stdout.text).toContain('about 384400 km');
    expect(result.stdout.text.trimEnd().split('\n').at(-1)).toBe('intel_cache');
    expect(result.stderr.text).toMatch(/planted: Read-only file system/);
    expect(readdirSync(intelCache)).toEqual(['wolfram']);
    expect(readdirSync(join(intelCache, 'wolfram'))).toHaveLength(1);
  });

  it('a tool that does not ask has no such folder', async () => {
    const { intelCache } = config.paths;
    const { grants, result } = await run('other', `ls ${intelCache}; echo tried`);
    expect(existsSync(intelCache)).toBe(true);
    expect(grants).toEqual([]);
    expect(result).toMatchObject({ stdout: { text: 'tried\n' }, stderr: { text: expect.stringContaining('No such file') } });
  });

  it('where no tool asks there is no such grant', () => {
    const { policy } = loadFrom(join(bench.root, 'none'), { agent: agent.replace(', grants: [intel_cache]', '') });
    expect(policy.grants).toEqual([]);
  });
});
