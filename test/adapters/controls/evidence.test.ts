import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { setEvidenceAside } from '../../../src/adapters/controls/evidence.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();

it('keeps the ends of logs, small files and the processes, for its own account alone (spec K4)', async () => {
  const here = folder();
  writeFileSync(join(here, 'proposals.jsonl'), `${'old '.repeat(1_000_000)}the last record\n`);
  mkdirSync(join(here, 'ledger', 'janus-1'), { recursive: true });
  writeFileSync(join(here, 'ledger', 'janus-1', 'claim.json'), '{"by":"hands"}');
  const sources = {
    folder: join(here, 'evidence'),
    logs: [join(here, 'proposals.jsonl'), join(here, 'agent.log')],
    folders: [join(here, 'ledger'), join(here, 'heads')],
  };
  const kept = await setEvidenceAside(sources, 'violation-1', 'the chain is broken');
  const read = (name: string) => readFileSync(join(kept, name), 'utf8');
  expect(readdirSync(kept).sort()).toEqual(['breach.txt', 'ledger.txt', 'processes.txt', 'proposals.jsonl.end']);
  expect(read('proposals.jsonl.end')).toMatch(/the last record\n$/);
  expect(statSync(join(kept, 'proposals.jsonl.end')).size).toBe(1_048_576);
  expect(read('ledger.txt')).toContain('{"by":"hands"}');
  expect(read('processes.txt')).toContain(`\n${process.pid} (`);
  expect(read('breach.txt')).toMatch(/^the chain is broken\n.*\nnot kept: agent\.log\.end: .*ENOENT.*\nnot kept: heads\.txt: .*ENOENT/);
  expect([join(kept, '..'), kept].map((each) => statSync(each).mode & 0o777)).toEqual([0o700, 0o700]);
});

it('is never in the way of what has to follow', async () => {
  const here = folder();
  writeFileSync(join(here, 'evidence'), 'a file');
  expect(await setEvidenceAside({ folder: join(here, 'evidence'), logs: [], folders: [] }, 'violation-1', 'x')).toContain('nothing kept');
});
