import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { currentActionAccount } from '../../../../src/adapters/sandbox/profile/account.js';
import { createPreviewer } from '../../../../src/adapters/sandbox/preview/create-previewer.js';
import type { PreviewSubject } from '../../../../src/adapters/sandbox/contract/previewer.js';
import type { Change, PreviewReport } from '../../../../src/domain/action/effect.js';
import { previewBlocks } from '../../../../src/domain/review/preview.js';
import { blocksText } from '../../../../src/domain/review/text.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';
import { itAsRoot } from '../../../support/root.js';
import { processesWith } from '../../../support/sandbox/processes.js';
import { soon } from '../../../support/soon.js';
import type { SandboxBench } from '../../../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../../../support/sandbox/sandboxes.js';

type Previewed = Extract<PreviewReport, { state: 'previewed' }>;

const bash = (script: string) => ({ tool: 'shell', path: '/usr/bin/bash', args: ['--noprofile', '--norc', '-c', script] });
const account = 'janus-no-such-account';

describeWithBwrap('a preview (spec X7)', () => {
  let bench: SandboxBench;
  let workspacesRoot = '';
  let grant = { name: 'shared', path: '', writable: true };
  beforeAll(async () => {
    bench = await openSandboxBench();
    workspacesRoot = join(bench.root, 'workspaces');
  });
  afterAll(() => bench.close());
  const own = (path: string) => {
    const { uid, gid } = currentActionAccount(account);
    chownSync(path, uid, gid);
  };
  beforeEach(() => {
    const path = join(bench.root, 'shared');
    rmSync(path, { recursive: true, force: true });
    mkdirSync(join(path, 'sub', 'inner'), { recursive: true });
    for (const name of ['a', 'sub/b', 'sub/inner/c', 'gone']) writeFileSync(join(path, name), `${name}\n`);
    for (const name of ['', 'sub', 'sub/inner', 'a', 'sub/b', 'sub/inner/c', 'gone']) own(join(path, name));
    grant = { name: 'shared', path, writable: true };
  });
  const preview = (script: string | readonly string[], change: Partial<PreviewSubject> = {}, signal = new AbortController().signal) =>
    createPreviewer({ sandbox: bench.sandbox, workspacesRoot, account }).preview(
      {
        steps: [script].flat().map(bash),
        rollback: [],
        grants: [],
        limits: { ...charterLimits, wallSeconds: 20 },
        network: [],
        ...change,
      },
      signal,
    );
  const previewed = async (...args: Parameters<typeof preview>): Promise<Previewed> => {
    const report = await preview(...args);
    if (report.state !== 'previewed') throw new Error(report.why);
    return report;
  };
  const brief = ({ effect }: Previewed) => effect.changes.map(({ change, root, path }: Change) => `${change} ${root}/${path}`);
  const leftovers = () => readdirSync(workspacesRoot).filter((name) => name.startsWith('scratch-'));

  it('tells what would be created, with mode, size, hash and text', async () => {
    const report = await previewed('umask 022; mkdir d; printf "one\\ntwo\\n" > d/f; chmod 640 d/f; ln -s d/f l; mkfifo p');
    expect(brief(report)).toEqual(['/workspace/d', '/workspace/d/f', '/workspace/l', '/workspace/p'].map((path) => `created ${path}`));
    expect(report.effect.changes[1]).toMatchObject({ kind: 'file', mode: 0o640, size: 8, diff: '+one\n+two' });
    expect(report.effect.changes[1]?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(report.effect.changes[2]).toMatchObject({ kind: 'link', target: 'd/f' });
    expect(report).toMatchObject({ runs: 2, agreed: true, effect: { steps: [{ reason: 'exit', exitCode: 0 }], incomplete: [] } });
    expect(report.unbound).toBeUndefined();
    expect(leftovers()).toEqual([]);
  });

  it('starts from a copy of the workspace that an operator names, which stays as it is', async () => {
    const workspace = join(bench.root, 'operator');
    mkdirSync(workspace);
    for (const name of ['keep', 'edit', 'drop']) writeFileSync(join(workspace, name), 'one\ntwo\nthree\n');
    for (const name of ['', 'keep', 'edit', 'drop']) own(join(workspace, name));
    const report = await previewed('sed -i s/two/2/ edit; rm drop; echo new > new', { workspace });
    expect(brief(report)).toEqual(['deleted /workspace/drop', 'changed /workspace/edit', 'created /workspace/new']);
    expect(report.effect.changes[1]).toMatchObject({ before: { size: 14 }, diff: '@@ line 1, now 1 @@\n one\n-two\n+2\n three' });
    expect(readdirSync(workspace).sort()).toEqual(['drop', 'edit', 'keep']);
    expect(readFileSync(join(workspace, 'edit'), 'utf8')).toBe('one\ntwo\nthree\n');
  });

  /** Somebody else's, so that an overlay stands in for it and no copy does. */
  const givenAway = () => {
    writeFileSync(join(grant.path, 'theirs'), 'x');
    return ['theirs'];
  };

  it.each([
    { by: 'a copy', of: () => [], deleted: ['sub/b', 'sub/inner', 'sub/inner/c'] },
    // What lay in a folder that is gone as a whole is not looked at through an overlay.
    { by: 'an overlay', of: givenAway, deleted: ['sub/b', 'sub/inner'] },
  ])('shows writable grants by $by: the folder itself is byte-equal afterwards', async ({ by, of, deleted }) => {
    // Only root can leave something of somebody else's there.
    if (by === 'an overlay' && process.getuid?.() !== 0) return;
    const more = of();
    const report = await previewed(
      `cd ${grant.path}; echo more >> a; rm gone; rm -r sub; mkdir sub; echo c > sub/new; chmod 700 .; echo x > n`,
      { grants: [grant] },
    );
    const at = (name: string) => `${grant.path}/${name}`;
    expect(brief(report)).toEqual([
      `changed ${at('.')}`,
      `changed ${at('a')}`,
      `deleted ${at('gone')}`,
      `created ${at('n')}`,
      ...deleted.map((name) => `deleted ${at(name)}`),
      `created ${at('sub/new')}`,
    ]);
    expect(report.effect.changes[1]).toMatchObject({ diff: expect.stringContaining('+more') });
    expect(report.agreed).toBe(true);
    expect(report.unbound).toContain('granted folder');
    expect(readFileSync(at('a'), 'utf8')).toBe('a\n');
    expect(readdirSync(grant.path).sort()).toEqual(['a', 'gone', 'sub', ...more]);
    expect(readFileSync(at('sub/inner/c'), 'utf8')).toBe('sub/inner/c\n');
    expect(leftovers()).toEqual([]);
  });

  itAsRoot(
    'is refused where a grant can be neither copied nor shown through an overlay, and then nothing ran on the real thing',
    async () => {
      const path = join(bench.root, 'single');
      writeFileSync(path, 'as it was\n', { mode: 0o666 });
      const report = await preview(`echo changed > ${path}`, { grants: [{ name: 'single', path, writable: true }] });
      expect(report).toEqual({ state: 'not_previewable', why: expect.stringContaining('overlay needs a folder') });
      expect(readFileSync(path, 'utf8')).toBe('as it was\n');
    },
  );

  it('rehearses the rollback on what it did, and tells whether the tree came back equal', async () => {
    const good = await previewed(`echo x > f; echo y >> ${grant.path}/a`, {
      grants: [grant],
      rollback: [bash('rm f'), bash(`echo a > ${grant.path}/a`)],
    });
    expect(good.effect.rollback).toMatchObject({ equal: true, left: [], steps: [{ exitCode: 0 }, { exitCode: 0 }] });
    const bad = await previewed('mkdir d; touch d/e', { rollback: [bash('rmdir d')] });
    expect(bad.effect.rollback).toMatchObject({
      equal: false,
      left: ['created /workspace/d', 'created /workspace/d/e'],
      steps: [{ exitCode: 1, problems: ['exit code 1, expected 0'] }],
    });
    expect(blocksText(previewBlocks(bad, false))).toContain('AFTER THE ROLLBACK THE TREE WAS NOT EQUAL');
  });

  it('stops at the step that fails, as the real run would, and runs no second time', async () => {
    const report = await previewed(['echo 1 > one', 'exit 3', 'echo 3 > three']);
    expect(brief(report)).toEqual(['created /workspace/one']);
    expect(report).toMatchObject({ runs: 1, agreed: false, unbound: expect.stringContaining('did not succeed') });
    expect(report.effect.steps.map(({ exitCode }) => exitCode)).toEqual([0, 3]);
  });

  it('notices that two runs do not agree', async () => {
    const report = await previewed('head -c 8 /proc/sys/kernel/random/uuid > id; echo same > same');
    expect(report).toMatchObject({ runs: 2, agreed: false, unbound: expect.stringContaining('differ in /workspace/id') });
  });

  it('cannot outlive its limits, and leaves nothing when it is stopped', async () => {
    const limits = { ...charterLimits, wallSeconds: 1 };
    const report = await previewed('echo x > f; sleep 60', { limits });
    expect(report.effect.steps).toMatchObject([{ reason: 'wall', exitCode: null }]);
    const controller = new AbortController();
    const stopped = preview('sleep 61.5', {}, controller.signal);
    await soon(() => processesWith('sleep 61.5').length > 0);
    controller.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    expect(leftovers()).toEqual([]);
  });

  it('runs nothing below the tier that the policy demands', async () => {
    const report = await preview('touch ran', { minimumTier: 'cgroup-v2' });
    if (report.state === 'previewed') expect(report.effect.steps).toMatchObject([{ exitCode: 0 }]);
    else expect(report.why).toContain('demands tier');
  });

  it('has no network, and says that what needs one is not previewable', async () => {
    expect(await preview('true', { network: ['example.org'] })).toMatchObject({ why: expect.stringContaining('network') });
    const report = await previewed('exec 3<>/dev/tcp/127.0.0.1/7233');
    expect(report.effect.steps[0]?.exitCode).not.toBe(0);
  });
});

describeWithBwrap('a hostile preview (spec X7)', () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await openSandboxBench();
  });
  afterAll(() => bench.close());
  const lines = async (script: string) => {
    const report = await createPreviewer({ sandbox: bench.sandbox, workspacesRoot: join(bench.root, 'workspaces'), account }).preview(
      { steps: [bash(script)], rollback: [], grants: [], limits: { ...charterLimits, wallSeconds: 20 }, network: [] },
      new AbortController().signal,
    );
    if (report.state !== 'previewed') throw new Error(report.why);
    return { report, text: blocksText(previewBlocks(report, false)) };
  };

  it('with names that could move a cursor, break a line or are no text shows them', async () => {
    const { text, report } = await lines(
      String.raw`touch $'a\nAPPROVED:' $'\e[2Jb' $'\u202ec' $'\xff' '\xff' ; printf 'x\r\n\nAPPROVED: yes\e[1A' > f`,
    );
    expect(text).not.toMatch(/[\r\u001b\u202e]/);
    expect(text).not.toMatch(/^APPROVED/m);
    expect(text).toContain('⟦U+000A⟧APPROVED:');
    expect(new Set(report.effect.changes.map(({ path }) => path)).size).toBe(6);
    expect(report.effect.changes.map(({ path }) => path)).toEqual(expect.arrayContaining([String.raw`\xff`, String.raw`\\xff`]));
  });

  it('follows no link: neither content nor hash of what it points at is shown', async () => {
    const canary = join(bench.root, 'canary');
    writeFileSync(canary, 'a secret of the host\n');
    chmodSync(canary, 0o644);
    const before = statSync(canary).mtimeMs;
    const { text, report } = await lines(`ln -s ${canary} l; ln -s / root; ln -s l m; mkdir d; ln -s ../l d/n; echo x > l`);
    expect(text).not.toContain('secret');
    expect(report.effect.changes.filter(({ kind }) => kind === 'link').every(({ sha256 }) => sha256 === undefined)).toBe(true);
    expect(statSync(canary).mtimeMs).toBe(before);
    expect(readFileSync(canary, 'utf8')).toBe('a secret of the host\n');
  });

  it('with folders that are too deep or too many says that it did not measure them, and removes them all the same', async () => {
    const { report } = await lines('for i in $(seq 80); do mkdir d; cd d; done; cd /workspace; mkdir shut; touch shut/f; chmod 000 shut');
    expect(report.effect.incomplete).toEqual(expect.arrayContaining([expect.stringContaining('levels')]));
    expect(report.unbound).toContain('measured');
    expect(readdirSync(join(bench.root, 'workspaces'))).toEqual([]);
  });
});

describe('what a process left behind that is gone', () => {
  it('is removed by the next preview', async () => {
    const { makeScratch } = await import('../../../../src/adapters/sandbox/workspace/scratch.js');
    const { sweepScratches } = await import('../../../../src/adapters/sandbox/workspace/scratch-name.js');
    const bench = await openSandboxBench();
    const root = join(bench.root, 'workspaces');
    const mine = await makeScratch(root, currentActionAccount(account));
    mkdirSync(join(root, 'scratch-4194399-1-abcdef'));
    await sweepScratches(root);
    expect(readdirSync(root).map((name) => join(root, name))).toEqual([mine]);
    await bench.close();
  });
});
