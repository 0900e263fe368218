import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { run } from '../run.mjs';

async function sha256Of(file) {
  const sum = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) sum.update(chunk);
  return sum.digest('hex');
}

/** One line for each file, as `sha256sum --check` reads them, in the order of the bytes of their names. */
export async function writeSums(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const lines = [];
  for (const file of files) lines.push(`${await sha256Of(join(folder, file))}  ${file}\n`);
  writeFileSync(join(folder, 'SHA256SUMS'), lines.join(''));
}

/**
 * Packs a folder so that the same files give the same bytes: in one order, of one time and owner, with the modes that a fresh checkout has.
 * Answers with the archive's SHA-256.
 */
export async function pack(folder, archive, epochSeconds) {
  const tar = ['--sort=name', `--mtime=@${epochSeconds}`, '--owner=0', '--group=0', '--numeric-owner', '--mode=u+rw,go+r,go-w,a+X'];
  // -n: gzip would write down when.
  const line = 'tar --format=gnu "$@" | gzip -6 -n';
  await run('bash', ['-c', `set -o pipefail; ${line} > "$OUTPUT"`, 'tar', ...tar, '-C', dirname(folder), '-cf', '-', basename(folder)], {
    env: { ...process.env, OUTPUT: archive, LC_ALL: 'C' },
  });
  return sha256Of(archive);
}
