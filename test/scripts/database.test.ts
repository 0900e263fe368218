import { mkdirSync, openSync, closeSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DamagedDatabase, refusalOf, saysDamaged } from '../../scripts/lib/server-refusal.mjs';
import { assertUsable, setAside, setAsideWords, unfinishedIn } from '../../scripts/lib/start/database.mjs';
import { isFinal } from '../../src/domain/action/status.js';
import { fill, useFolders } from '../support/folders.js';

const folder = useFolders();
const start = 'Error: failed starting server: failed creating namespaces: ';
const given = { port: 7233, uiPort: 8233, database: '/home/temporal.db' };

describe('what the Temporal server refuses, as it says it', () => {
  it.each([
    { words: 'unable to create SQLite admin DB: file is not a database (26)', says: 'temporal.db is damaged' },
    { words: 'unable to create SQLite admin DB: database disk image is malformed (11)', says: 'temporal.db is damaged' },
    { words: 'error creating namespace "default": SQL logic error: no such table: namespaces (1)', says: 'temporal.db is damaged' },
    { words: 'database is locked (5)', says: 'held by another process' },
    { words: 'unable to create SQLite admin DB: attempt to write a readonly database (1544)', says: 'read-only for this account' },
    { words: 'unable to create SQLite admin DB: database or disk is full (13)', says: 'the disk that holds' },
    { words: 'unable to create SQLite admin DB: disk I/O error (4874)', says: 'the disk that holds' },
    { words: 'unable to create SQLite admin DB: unable to open database file (14)', says: 'cannot be opened' },
    { words: "can't set frontend port 7233: listen tcp 127.0.0.1:7233: bind: address already in use", says: 'port 7233 is in use' },
    { words: "can't set UI port 8233: listen tcp 127.0.0.1:8233: bind: address already in use", says: 'port 8233, for the web UI' },
    { words: 'panic: something new', says: 'panic: something new' },
  ])('$words', ({ words, says }) => {
    const refusal = refusalOf(`${start}${words}`, given);
    expect(refusal.message).toContain(says);
    expect(refusal.next).toBeDefined();
    expect(refusal instanceof DamagedDatabase).toBe(says === 'temporal.db is damaged');
    expect(saysDamaged(words)).toBe(says === 'temporal.db is damaged');
  });
});

describe('a database that no server can use', () => {
  it('is none where there is none, or where it is a file of ours', () => {
    const home = folder();
    expect(() => assertUsable(join(home, 'temporal.db'))).not.toThrow();
    fill(home, { 'temporal.db': 'x' });
    expect(() => assertUsable(join(home, 'temporal.db'))).not.toThrow();
  });

  it('is a folder', () => {
    const database = join(folder(), 'temporal.db');
    mkdirSync(database);
    expect(() => assertUsable(database)).toThrow('is no file');
  });

  it('is one that another process has open: it is named', () => {
    const database = join(folder(), 'temporal.db');
    writeFileSync(database, '');
    const held = openSync(database, 'r');
    try {
      expect(() => assertUsable(database)).toThrow(`in use by another server (pid ${process.pid})`);
    } finally {
      closeSync(held);
    }
  });
});

describe('a damaged database is set aside', () => {
  it('under a name that tells when, whole, with what belongs to it', () => {
    const home = folder();
    fill(home, { 'temporal.db': 'a', 'temporal.db-wal': 'b', 'temporal.db-shm': 'c', 'proposals.jsonl': 'd' });
    const aside = setAside(join(home, 'temporal.db'), new Date('2026-01-02T03:04:05.006Z'));
    expect(aside).toBe(join(home, 'temporal.db.damaged-2026-01-02T03-04-05-006Z'));
    expect(readdirSync(home).sort()).toEqual([
      'proposals.jsonl',
      ...['', '-shm', '-wal'].map((end) => `temporal.db.damaged-2026-01-02T03-04-05-006Z${end}`),
    ]);
    expect(readFileSync(`${aside}-wal`, 'utf8')).toBe('b');
  });

  it('and what waited is named, as the audit trail has it', () => {
    const home = folder();
    const line = (id: string, status?: string) => `${JSON.stringify({ action_id: id, status })}\n`;
    fill(home, {
      'proposals.jsonl': [
        line('janus-1', 'proposed'),
        line('janus-2', 'proposed'),
        line('janus-2'),
        line('janus-1', 'completed'),
        '{"torn',
      ].join(''),
    });
    const unfinished = unfinishedIn(join(home, 'proposals.jsonl'), isFinal);
    expect(unfinished).toEqual(['janus-2']);
    const words = setAsideWords({ database: '/h/temporal.db', aside: '/h/temporal.db.damaged-x', unfinished });
    expect(words).toMatch(/lost +what waited or ran, 1 by the newest file of the audit trail: janus-2;/);
    expect(words).toContain('set aside  as temporal.db.damaged-x, not deleted');
    expect(setAsideWords({ database: '/h/t', aside: '/h/a', unfinished: unfinishedIn('/nonexistent', isFinal) })).toContain(
      'nothing that the newest file of the audit trail knows of waited or ran',
    );
  });
});
