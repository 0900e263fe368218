import { spawnSync } from 'node:child_process';
import { appendFile, chmod, mkdir, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { closeAtTheEnd } from '../support/closing.js';
import { anEndpoint, completionOf, sayJson } from '../support/model/endpoints.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import type { Vessel } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';

const mayMount = process.getuid?.() === 0;
if (!mayMount && process.env['CI'] === undefined)
  process.stderr.write('\nSKIPPED: a disk that fills needs root, to mount a small file system\n');
const describeAsRoot = mayMount || process.env['CI'] !== undefined ? describe : describe.skip;

const rotation = {
  playbook_id: 'rotate-logs',
  name: 'Log Rotation',
  description: 'Packs the log of the application, which frees what it takes',
  trigger_conditions: { disk_usage_percent: '>99', load1: '<0' },
  risk_level: 'medium',
  rollback_plan: 'Unpack the log again',
};

const chosen = {
  evidence: ['m:disk_usage_percent'],
  rationale: 'The disk is nearly full and the log of the application takes most of it, so packing that log frees it',
  choice: { mission: 'free-disk', action: 'playbook:rotate-logs', parameters: {} },
};

describeAsRoot('a mission from a sentence to its end, on a disk that fills (spec T2, T3)', () => {
  let vessel: Vessel;
  let disk: string;
  let asked: readonly { readonly body: string }[];
  const used = async () => {
    const { blocks, bfree } = await statfs(disk);
    return (100 * (blocks - bfree)) / blocks;
  };
  const json = async (...line: string[]) => JSON.parse((await vessel.ubos([...line, '--json'])).stdout) as Record<string, unknown>;

  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), 'janus-disk-'));
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96m,mode=711', 'janus-test', disk]).status).toBe(0);
    closeAtTheEnd(async () => {
      spawnSync('umount', ['--lazy', disk]);
      await rm(disk, { recursive: true, force: true });
    });
    const logs = join(disk, 'logs');
    await mkdir(logs);
    await chmod(logs, 0o777);
    // Without randomness: it proposes the rotation where the fact says that the disk is full, and nothing else ever.
    const model = await anEndpoint((response, { body }) => {
      const full = Number(/m:disk_usage_percent: disk_usage_percent is ([\d.]+)/.exec(body)?.[1] ?? 0) > 80;
      sayJson(response, completionOf({ proposals: full ? [chosen] : [] }));
    });
    asked = model.asked;
    vessel = await openVessel(await openDevServer(), {
      folder: join(disk, 'home'),
      agent: {
        thinking_cycle: { enable_autonomous_proposals: true },
        playbooks: { offer_to_model: true },
        llm: { providers: [{ name: 'scripted', base_url: model.endpoint.baseUrl, model: 'scripted', profile: 'openai_json' }] },
      },
    });
    const { home } = vessel;
    const shell = 'tools: [{ name: shell, description: a shell, shell: true, grants: [logs] }]\nsecurity: { allowed_tools: [shell] }\n';
    await appendFile(join(home, 'agent.yaml'), shell);
    await writeFile(join(home, 'policy.json'), JSON.stringify({ grants: { logs: { path: logs, writable: true } } }));
    const calls = { pack: `gzip -9 ${logs}/app.log`, unpack: `gzip -d ${logs}/app.log.gz` };
    const step = { tool: 'shell', args: [calls.pack], rollback: [{ tool_name: 'shell', tool_args: [calls.unpack] }] };
    await writeFile(join(home, 'playbooks.json'), JSON.stringify({ playbooks: [{ ...rotation, action_sequence: [step] }] }));
    await writeFile(join(home, 'mission_objectives.json'), '{ "missions": [] }');
    expect(await vessel.ubos(['config', 'validate'])).toMatchObject({ exitCode: 0, stderr: '' });
    await vessel.startWorker();
  });

  it('the disk fills, the model proposes the rotation, a person approves, the disk is free, the mission is reached', async () => {
    await writeFile(join(disk, 'logs', 'app.log'), Buffer.alloc(84 * 1_048_576, 'disk is filling up\n'));
    await chmod(join(disk, 'logs', 'app.log'), 0o666);
    expect(await used()).toBeGreaterThan(80);
    const sentence = ['missions', 'add', 'Keep the disk below 60 percent', '--id', 'free-disk', '--success', 'disk_usage_percent=<60'];
    expect(await vessel.ubos([...sentence, '--allow', 'log_rotation', '--yes'])).toMatchObject({ exitCode: 0 });

    const { started, model } = (await json('think', '--wait')) as { started: string[]; model: unknown };
    expect({ started: started.length, model }).toMatchObject({ started: 1, model: { state: 'answered' } });
    const [id = ''] = started;
    expect((await vessel.view(id)).status).toBe('proposed');
    expect((await vessel.view(id)).document).toMatchObject({
      risk_level: 'medium',
      metadata: { source: 'model', mission_id: 'free-disk' },
    });
    expect(await used()).toBeGreaterThan(80);

    expect(await vessel.approve(id, '--wait', '--by', 'ana')).toMatchObject({ exitCode: 0 });
    expect(await used()).toBeLessThan(60);

    expect(await json('think', '--wait')).toMatchObject({ started: [], reached: ['free-disk'] });
    expect((await vessel.ubos(['missions', 'list'])).stdout).toMatch(/free-disk +0 +reached/);
    expect(asked).toHaveLength(1);
    expect(await readFile(join(vessel.home, 'mission_log.jsonl'), 'utf8')).toContain('"chosen_by_model"');
  });
});
