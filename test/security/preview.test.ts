import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { currentActionAccount } from '../../src/adapters/sandbox/profile/account.js';
import { createPreviewer } from '../../src/adapters/sandbox/preview/create-previewer.js';
import type { PreviewReport } from '../../src/domain/action/effect.js';
import type { Grant } from '../../src/domain/action/plan.js';
import { aPlan, openHands } from '../support/vessel/hands.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';
import { workspaceBelow } from '../support/workspaces.js';

const account = 'janus-no-such-account';

describeWithBwrap('preview and bound execution with the real sandbox (spec X7)', () => {
  let sandboxes: SandboxBench;
  let bench: Awaited<ReturnType<typeof openHands>>;
  let workspaces = '';
  let outside = '';
  beforeAll(async () => {
    sandboxes = await openSandboxBench();
    workspaces = join(sandboxes.root, 'workspaces');
    outside = join(sandboxes.root, 'outside');
    mkdirSync(join(outside, 'shared'), { recursive: true });
    const { uid, gid } = currentActionAccount(account);
    chownSync(join(outside, 'shared'), uid, gid);
    for (const name of ['canary', 'shared/canary']) {
      writeFileSync(join(outside, name), 'untouched\n');
      chownSync(join(outside, name), uid, gid);
    }
  });
  afterAll(() => sandboxes.close());
  beforeEach(async () => {
    const previewer = createPreviewer({ sandbox: sandboxes.sandbox, workspacesRoot: workspaces, account });
    bench = await openHands({ sandbox: sandboxes.sandbox, previewer });
  });
  afterEach(() => bench.close());

  let plans = 0;
  const planOf = (script: string, grants: Grant[] = []) => {
    const proposal_id = `janus-${String((plans += 1)).padStart(12, '0')}`;
    return {
      ...aPlan({ proposal_id, tool_args: [script] }),
      grants,
      profile: sandboxes.sandbox.profile,
      risk: grants.length === 0 ? ('low' as const) : ('medium' as const),
    };
  };
  type Plan = ReturnType<typeof planOf>;
  const preview = (plan: Plan) => bench.run((hands) => hands.previewAction(bench.permit(plan, { purpose: 'preview' }))).result;
  const previewed = async (plan: Plan) => {
    const report = await preview(plan);
    if (report.state !== 'previewed') throw new Error(report.why);
    return report satisfies PreviewReport;
  };
  const execute = (plan: Plan & { effect?: string }) => bench.run((hands) => hands.executeAction(bench.permit(plan))).result;
  const workspaceOf = ({ proposalId }: Plan) => workspaceBelow(workspaces, proposalId);
  const scratches = () => readdirSync(workspaces).filter((name) => name.startsWith('scratch-'));

  it('puts in place what was approved, byte for byte', async () => {
    const plan = planOf('mkdir d; echo hello > d/f; ln -s f d/l; chmod 640 d/f');
    const { effectDigest, agreed } = await previewed(plan);
    expect(agreed).toBe(true);
    expect(readdirSync(workspaces)).not.toContain(plan.proposalId);
    expect(await execute({ ...plan, effect: effectDigest })).toMatchObject({ state: 'finished', ok: true });
    expect(readFileSync(join(workspaceOf(plan), 'd/f'), 'utf8')).toBe('hello\n');
    const { mode, uid } = statSync(workspaceOf(plan));
    expect([mode & 0o777, uid]).toEqual([0o700, currentActionAccount(account).uid]);
    expect(scratches()).toEqual([]);
  });

  it('puts nothing in place where the effect is another one', async () => {
    const plan = planOf('date +%s%N > now');
    const { effectDigest, agreed } = await previewed(plan);
    expect(agreed).toBe(false);
    expect(await execute({ ...plan, effect: effectDigest })).toMatchObject({ state: 'other_effect' });
    expect(readdirSync(workspaceOf(plan))).toEqual([]);
    expect(scratches()).toEqual([]);
  });

  // Root's file in it is what makes an overlay of it: a copy would belong to the account as a whole.
  describe.each(process.getuid?.() === 0 ? ['a copy', 'an overlay'] : ['a copy'])('with %s of the grant', (by) => {
    const theirs = by === 'an overlay' ? ['theirs'] : [];
    beforeEach(() => {
      for (const name of theirs) writeFileSync(join(outside, 'shared', name), 'x');
    });
    afterEach(() => {
      for (const name of theirs) rmSync(join(outside, 'shared', name));
    });
    it.each([
      ['the file beside it', (at: string) => `echo evil > ${at}/canary`],
      [
        'a granted folder, which it may write',
        (at: string) => `echo evil > ${at}/shared/canary; rm -rf ${at}/shared/*; touch ${at}/shared/new`,
      ],
      ['a granted folder by a link', (at: string) => `ln -s ${at}/shared l; echo evil > l/canary; rm l/canary`],
      [
        'a granted folder under another mount',
        (at: string) => `mount -t tmpfs tmpfs ${at}/shared; umount ${at}/shared; echo evil > ${at}/shared/canary`,
      ],
      ['a granted folder through its modes', (at: string) => `chmod 000 ${at}/shared; chmod 777 ${at}/shared/canary`],
      [
        'the lower folder of the overlay',
        () => `for d in /proc/1/root /proc/self/root; do find $d \\( -name lower0 -o -name copy0 \\) -exec touch {}/new \\; ; done`,
      ],
      ['other workspaces', () => 'find / -name "janus-0*" -exec touch {}/new \\;'],
      ['the network', () => 'exec 3<>/dev/tcp/127.0.0.1/22'],
    ])('a preview that tries to change %s changes nothing', async (_, script) => {
      const grants = [{ name: 'shared', path: join(outside, 'shared'), writable: true }];
      const before = [statSync(join(outside, 'shared')), statSync(join(outside, 'shared/canary')), statSync(join(outside, 'canary'))];
      await previewed(planOf(script(outside), grants));
      const after = [statSync(join(outside, 'shared')), statSync(join(outside, 'shared/canary')), statSync(join(outside, 'canary'))];
      const facts = (all: typeof before) => all.map(({ mode, mtimeMs, ctimeMs, size, ino }) => ({ mode, mtimeMs, ctimeMs, size, ino }));
      expect(facts(after)).toEqual(facts(before));
      expect(readdirSync(join(outside, 'shared'))).toEqual(['canary', ...theirs]);
      expect(readFileSync(join(outside, 'shared/canary'), 'utf8')).toBe('untouched\n');
      expect(readFileSync(join(outside, 'canary'), 'utf8')).toBe('untouched\n');
      expect(scratches()).toEqual([]);
    });
  });

  it.each([
    ['wall', 'sleep 60', { wallSeconds: 1 }],
    ['output', 'yes', { outputBytes: 4_096 }],
    ['disk', 'head -c 3M /dev/zero > f', { diskWriteMb: 1 }],
  ])('a preview cannot outlive its limit of %s, nor can what it leaves in the background', async (reason, script, limits) => {
    const plan = planOf(`sleep 61 & ${script}`);
    const report = await previewed({ ...plan, limits: { ...plan.limits, ...limits } });
    expect(report.effect.steps[0]).toMatchObject({ reason });
    expect(report.unbound).toContain('did not succeed');
    expect(readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid) === 'sleep\u000061\u0000')).toEqual([]);
  });
});

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
