import { describe, expect, it } from '@jest/globals';
import type { BackupManifest } from '../../../src/domain/backup/manifest.js';
import { newerThan, parseManifest } from '../../../src/domain/backup/manifest.js';
import { restoredIn } from '../../../src/domain/backup/restored.js';

const manifest: BackupManifest = {
  ...{ id: 'backup-0123456789abcdef', vessel: 'janus-test', takenAt: '2026-01-02T03:04:05.678Z' },
  trail: ['proposals.jsonl', 'proposals.000000000000.20260101.jsonl'],
  database: { sha256: 'a'.repeat(64), bytes: 9 },
};
const { database: _, ...withoutDatabase } = manifest;

describe('what a backup says of itself (spec D3)', () => {
  it.each([
    ['with a database', manifest],
    ['without', withoutDatabase],
  ])('is read as it was written: %s', (_, each) => {
    expect(parseManifest(JSON.stringify(each))).toEqual(each);
  });

  it.each<[string, string]>([
    ['no JSON', 'x'],
    ['no object', 'null'],
    ['another id', JSON.stringify({ ...manifest, id: 'backup-1' })],
    ['no vessel', JSON.stringify({ ...manifest, vessel: '' })],
    ['no time', JSON.stringify({ ...manifest, takenAt: 'yesterday' })],
    ['no list of files', JSON.stringify({ ...manifest, trail: 'proposals.jsonl' })],
    ['a file without a name', JSON.stringify({ ...manifest, trail: [1] })],
    ['a database without a digest', JSON.stringify({ ...manifest, database: { bytes: 9 } })],
  ])('is nothing where it cannot be read: %s', (_, text) => {
    expect(parseManifest(text)).toBeUndefined();
  });

  it('files that it does not name are newer', () => {
    expect(newerThan(manifest, [...manifest.trail, 'proposals.000000000007.20260102.jsonl'])).toEqual([
      'proposals.000000000007.20260102.jsonl',
    ]);
  });

  it('a restore whose word cannot be read is none that anybody can say yes to', () => {
    const word = {
      id: 'restore-0123456789ab',
      backup: manifest.id,
      takenAt: manifest.takenAt,
      at: manifest.takenAt,
      folder: 'before',
      setAside: [],
    };
    expect(restoredIn(word)).toEqual(word);
    for (const change of [{ id: 'restore-1' }, { setAside: 'x' }, { folder: 7 }])
      expect(restoredIn({ ...word, ...change })).toBeUndefined();
    expect(restoredIn(undefined)).toBeUndefined();
  });
});
