import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { putInPlace } from '../durable.mjs';
import { run } from '../run.mjs';
import { step } from '../say.mjs';

const suite = 'bookworm';
const cacheFolder = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'janus', 'system');

/** Debian's packages come from where this machine gets its own. */
function aptSources() {
  const candidates = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'];
  return candidates.find((file) => existsSync(file) && /^(Types:|deb )/m.test(readFileSync(file, 'utf8')));
}

async function aptOptions(folder) {
  const dump = await run('apt-config', ['dump']);
  const file = join(folder, 'apt.conf');
  writeFileSync(
    file,
    dump
      .split('\n')
      .filter((line) => /^Acquire::(http|https|Check-|Retries)/.test(line))
      .join('\n'),
  );
  return file;
}

/** A root file system as a tar, made once for each list of packages. Needs root, and Debian's mmdebstrap. */
export async function baseArchive(packages) {
  const hash = createHash('sha256')
    .update(JSON.stringify([suite, packages]))
    .digest('hex')
    .slice(0, 12);
  const archive = join(cacheFolder(), `base-${hash}.tar`);
  if (existsSync(archive)) return archive;
  const folder = mkdtempSync(join(tmpdir(), 'janus-image-'));
  try {
    await step('making the system image', async () => {
      const made = join(folder, 'base.tar');
      const options = ['--variant=minbase', `--include=${packages.join(',')}`, `--aptopt=${await aptOptions(folder)}`];
      await run('mmdebstrap', [...options, suite, made, ...[aptSources()].filter(Boolean)]);
      mkdirSync(cacheFolder(), { recursive: true });
      await run('cp', ['--sparse=always', made, `${archive}.part`]);
      putInPlace(`${archive}.part`, archive);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return archive;
}
