import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { rootPath } from './lib/prepare.mjs';
import { findNodeRuntime, knownNodes } from './lib/release/node-runtime.mjs';
import { run } from './lib/run.mjs';
import { main, out, say, step, Stop } from './lib/say.mjs';

const majors = knownNodes.map((version) => version.split('.')[0]);
const usage = `npm run test:node -- [--only ${majors.join('|')}]`;

/** What each Node has to do, in a clone that nobody has used before. */
const trials = {
  'the demonstration': ['scripts/start.mjs', '--demo'],
  'unit tests': ['scripts/test.mjs', 'unit', '--silent'],
  'replay of recorded histories': ['scripts/test.mjs', 'replay', '--silent'],
};

function readVersions() {
  let only;
  try {
    ({ only } = parseArgs({ options: { only: { type: 'string' } } }).values);
  } catch (error) {
    throw new Stop(error.message.split('. ')[0], { next: usage, code: 2 });
  }
  if (only !== undefined && !majors.includes(only)) throw new Stop(`there is no pinned Node ${only}`, { next: usage, code: 2 });
  return knownNodes.filter((version) => only === undefined || version.startsWith(`${only}.`));
}

/** The sources as they lie here, without anything that was installed or built. */
async function copySources(target) {
  const named = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: rootPath });
  for (const name of named.split('\0').filter(Boolean)) cpSync(join(rootPath, name), join(target, name));
}

/** The demonstration, the unit tests and the replay suite under every Node that `engines` allows (spec D4). */
await main(async () => {
  const counts = { passed: 0, failed: 0 };
  for (const version of readVersions()) {
    const found = await findNodeRuntime(`linux-${process.arch}`, version);
    const folder = mkdtempSync(join(tmpdir(), 'janus-node-'));
    // Tests start programs as other accounts, too: those come to no cache in somebody's home.
    chmodSync(folder, 0o755);
    const [bin, clone] = [join(folder, 'bin'), join(folder, 'clone')];
    const node = join(bin, 'node');
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, JANUS_HOME: join(folder, 'home') };
    try {
      mkdirSync(bin);
      copyFileSync(found, node);
      chmodSync(node, 0o755);
      await copySources(clone);
      for (const [what, args] of Object.entries(trials)) {
        try {
          await step(`Node ${version}: ${what}`, () => run(node, args, { cwd: clone, env }));
          counts.passed += 1;
          out(`ok - Node ${version}: ${what}`);
        } catch (error) {
          counts.failed += 1;
          out(`not ok - Node ${version}: ${what}`);
          say(error.message);
        }
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  out(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
});
