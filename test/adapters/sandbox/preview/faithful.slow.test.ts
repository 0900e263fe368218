import { chownSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createPreviewer } from '../../../../src/adapters/sandbox/preview/create-previewer.js';
import { createMeasurer } from '../../../../src/adapters/sandbox/preview/tree.js';
import { currentActionAccount } from '../../../../src/adapters/sandbox/profile/account.js';
import type { Change, PreviewReport } from '../../../../src/domain/action/effect.js';
import { compareTrees } from '../../../../src/domain/action/effect.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';
import { previewBlocks } from '../../../../src/domain/review/preview.js';
import { blocksText } from '../../../../src/domain/review/text.js';
import { itAsRoot } from '../../../support/root.js';
import type { SandboxBench } from '../../../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../../../support/sandbox/sandboxes.js';

type Previewed = Extract<PreviewReport, { state: 'previewed' }>;

const account = 'janus-no-such-account';
const bash = (script: string) => ({ tool: 'shell', path: '/usr/bin/bash', args: ['--noprofile', '--norc', '-c', script] });
const rename = (from: string, to: string) => `perl -e 'rename($ARGV[0], $ARGV[1]) or die "rename: $!\\n"' ${from} ${to}`;

/** What ordinary programs do to a folder that was there, with files that have two names, a large one, and folders in folders. */
const operations = {
  'renames a folder': rename('d', 'moved'),
  'renames a folder over an empty one': `mkdir none; ${rename('d', 'none')}`,
  'renames a file over another': 'mv f g',
  'moves a folder into another': 'mv d e/',
  'makes a second name, and writes by it': 'ln f second; echo more >> second',
  'writes to a file that has two names': 'echo more >> one',
  'changes the mode of a large file': 'chmod 600 large',
  'appends to a large file': 'echo x >> large',
  'makes a file shorter and longer again': 'truncate -s 1 f; truncate -s 100 g',
  'makes a sparse file': 'truncate -s 50M sparse; cp --sparse=always sparse copied',
  'makes a pipe, a link, a loop of links': 'mkfifo p; ln -s f l; ln -s b a; ln -s a b; ln -s . here',
  'replaces a folder by a file, and a file by a folder': 'rm -r d; echo x > d; rm f; mkdir f',
  'removes what is in a folder, and the folder': 'rm -r d e',
  'sets a file times and attributes': 'touch -d 2001-01-01 f; setfattr -n user.x -v 1 f || true; touch -r f g',
  'leaves what nobody may read': 'mkdir closed; echo x > closed/f; chmod 000 closed/f; chmod 700 closed',
  'sets the mode of the folder itself': 'chmod 750 .',
  'makes sixty folders in one another': 'for i in $(seq 60); do mkdir n; cd n; done',
  'edits in place': 'sed -i s/f/F/ f; sort -o g g f',
  'packs and unpacks': 'tar cf t.tar d e one; mkdir out; tar xf t.tar -C out',
  fails: 'echo half > half; cat nowhere',
} as const;

describeWithBwrap('a preview beside the real run (spec X7, U4)', () => {
  let bench: SandboxBench;
  let workspacesRoot = '';
  let cases = 0;
  const { uid, gid } = currentActionAccount(account);
  beforeAll(async () => {
    bench = await openSandboxBench();
    workspacesRoot = join(bench.root, 'workspaces');
  });
  afterAll(() => bench.close());

  const own = (path: string) => {
    chownSync(path, uid, gid);
    if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) own(join(path, name));
  };
  const aGrant = async () => {
    const path = join(bench.root, `grant-${(cases += 1)}`);
    for (const folder of ['d/inner', 'e']) mkdirSync(join(path, folder), { recursive: true });
    for (const name of ['f', 'g', 'one', 'd/x', 'd/inner/y', 'e/z']) writeFileSync(join(path, name), `${name}\n`);
    writeFileSync(join(path, 'large'), Buffer.alloc(3_000_000, 'x'));
    own(path);
    const grant = { name: 'shared', path, writable: true };
    // As the account: a second name for somebody else's file is not to be had.
    await bench.run(`ln ${path}/one ${path}/two`, { grants: [grant] });
    return grant;
  };
  type Grant = Awaited<ReturnType<typeof aGrant>>;
  const limits = { ...charterLimits, wallSeconds: 20 };
  const preview = async (grant: Grant, script: string, undo?: string): Promise<Previewed> => {
    const subject = { steps: [bash(script)], rollback: undo === undefined ? [] : [bash(undo)], grants: [grant], limits, network: [] };
    const report = await createPreviewer({ sandbox: bench.sandbox, workspacesRoot, account }).preview(
      subject,
      new AbortController().signal,
    );
    if (report.state !== 'previewed') throw new Error(report.why);
    return report;
  };
  const facts = (changes: readonly Change[]) => changes.map((change) => ({ ...change, diff: undefined }));
  const measured = async (path: string) => {
    const { nodes } = await createMeasurer().measureTree(path);
    return nodes.set('.', { kind: 'directory', mode: lstatSync(path).mode & 0o7777, size: 0 });
  };
  const shown = (report: Previewed) => blocksText(previewBlocks(report, false));

  async function compare(script: string) {
    const grant = await aGrant();
    const inside = `set -e; cd ${grant.path}; ${script}`;
    const before = await measured(grant.path);
    const { effect } = await preview(grant, inside);
    expect(await measured(grant.path)).toEqual(before);
    const real = await bench.run(inside, { grants: [grant] });
    const changes = compareTrees(grant.path, before, await measured(grant.path));
    rmSync(grant.path, { recursive: true, force: true });
    return { effect, real, changes };
  }

  it.each(Object.entries(operations))('%s: as in the run', async (_, script) => {
    const { effect, real, changes } = await compare(script);
    expect(effect.caveats).toBeUndefined();
    expect(effect.steps[0]).toMatchObject({ reason: real.reason, exitCode: real.exitCode });
    // Root reads what nobody may read; others say so.
    if (effect.incomplete.length === 0) expect(facts(effect.changes)).toEqual(facts(changes));
  });

  it('any order of such operations, too', async () => {
    const short = fc.constantFrom(...Object.values(operations).filter((script) => !/cat nowhere|sparse/.test(script)));
    await fc.assert(
      fc.asyncProperty(fc.array(short, { minLength: 2, maxLength: 5 }), async (scripts) => {
        const { effect, real, changes } = await compare(scripts.map((script) => `( ${script} ) || true`).join('\n'));
        expect(effect.steps[0]).toMatchObject({ reason: real.reason, exitCode: real.exitCode });
        if (effect.incomplete.length === 0) expect(facts(effect.changes)).toEqual(facts(changes));
      }),
      { numRuns: Number(process.env['JANUS_TEST_RUNS'] ?? 3) },
    );
  }, 150_000);

  it('shows the end of what a failed step said, on both streams', async () => {
    const report = await preview(await aGrant(), 'for i in $(seq 2000); do echo line $i; done; cat /nowhere');
    expect(report.effect.steps[0]?.lastWords).toEqual({
      stdout: expect.stringMatching(/^…\nline \d+\n[^]*line 2000$/),
      stderr: 'cat: /nowhere: No such file or directory',
    });
    expect(shown(report)).toContain('cat: /nowhere: No such file or directory');
    expect(shown(report)).toContain('line 2000');
  });

  it('what a failed step said is seen, not obeyed (spec A5)', async () => {
    const report = await preview(await aGrant(), 'printf "\\033[2Jgone" >&2; exit 3');
    expect(shown(report)).toContain('⟦U+001B⟧[2Jgone');
  });

  itAsRoot(
    "where a copy would not be the same, the overlay's limits are named as the preview's own, never as a failure of the action",
    async () => {
      const grant = await aGrant();
      // Somebody else's: in a copy the action could change it.
      writeFileSync(join(grant.path, 'theirs'), 'x');
      const report = await preview(grant, `cd ${grant.path}; ${rename('d', 'moved')}`, `cd ${grant.path}; ${rename('moved', 'd')}`);
      expect(report.effect).toMatchObject({
        caveats: [expect.stringMatching(/not all of it belongs to the account.*EXDEV/)],
        steps: [{ exitCode: 18, lastWords: { stderr: 'rename: Invalid cross-device link' } }],
      });
      expect(report.unbound).toContain('could not do all that the run can');
      const text = shown(report);
      expect(text).toContain('A LIMIT OF THIS PREVIEW, not of the run');
      expect(text).not.toContain('THE TREE WAS NOT EQUAL');
      expect(await bench.run(`cd ${grant.path}; ${rename('d', 'moved')}`, { grants: [grant] })).toMatchObject({ exitCode: 0 });
    },
  );

  itAsRoot('what belongs to somebody else cannot be changed in the preview either', async () => {
    const grant = await aGrant();
    writeFileSync(join(grant.path, 'theirs'), 'x', { mode: 0o644 });
    const { effect } = await preview(grant, `chmod 777 ${grant.path}/theirs; echo evil >> ${grant.path}/theirs`);
    expect(effect.steps[0]?.exitCode).toBe(1);
    expect(effect.changes).toEqual([]);
  });

  it('a link to a secret that is put into the granted folder while it is copied shows nothing of the host', async () => {
    const grant = await aGrant();
    const secret = join(bench.root, 'secret');
    mkdirSync(secret, { recursive: true });
    writeFileSync(join(secret, 'key'), 'SECRET\n');
    const { effect } = await preview(grant, `cd ${grant.path}; rm -r e; ln -s ${secret} e; cat e/key; cp -r e/. /workspace`);
    expect(effect.steps[0]?.lastWords?.stdout).toBe('');
    expect(effect.changes.filter(({ root }) => root === '/workspace')).toEqual([]);
  });

  it('a single granted file is copied too', async () => {
    const { path } = await aGrant();
    const grant = { name: 'single', path: join(path, 'f'), writable: true };
    const { effect } = await preview(grant, `echo more >> ${grant.path}`);
    expect(effect.changes).toMatchObject([{ change: 'changed', root: path, path: 'f', diff: expect.stringContaining('+more') }]);
  });
});
