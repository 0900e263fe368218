import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('docs/audit.md', () => {
  it('names every kind of finding, and no other', () => {
    const type = /type FindingKind =([^;]+);/.exec(read('src/adapters/audit/contract/verdict.ts'))?.[1] ?? '';
    const kinds = [...type.matchAll(/'(\w+)'/g)].map(([, kind]) => kind);
    const table = /\| what it may find \|[^]+?\n\n/.exec(read('docs/audit.md'))?.[0] ?? '';
    const named = table.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, kind]) => kind));
    expect(kinds.length).toBeGreaterThan(15);
    expect(named.sort()).toEqual(kinds.sort());
  });
});
