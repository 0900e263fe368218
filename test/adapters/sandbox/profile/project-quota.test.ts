import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  assignProject,
  describeProjects,
  freeProject,
  parsePool,
  projectsIn,
} from '../../../../src/adapters/sandbox/profile/project-quota.js';

describe('the pool of project ids (spec X3)', () => {
  it.each([
    { text: '7001-7064\n', pool: { first: 7001, last: 7064 } },
    { text: '7-7', pool: { first: 7, last: 7 } },
    { text: '0-9', pool: undefined },
    { text: '9-7', pool: undefined },
    { text: 'seven', pool: undefined },
    { text: '', pool: undefined },
  ])('$text', ({ text, pool }) => {
    expect(parsePool(text)).toEqual(pool);
  });

  it('reads what lsattr prints', () => {
    expect(projectsIn(' 7001 --------------e----P-- /w/janus-000000000001\n    0 --------------e------- /w/x\nlsattr: no\n')).toEqual([
      7001, 0,
    ]);
  });

  it('gives the first that nobody has, or none', () => {
    expect(freeProject({ first: 5, last: 7 }, [0, 5, 7])).toBe(6);
    expect(freeProject({ first: 5, last: 6 }, [5, 6])).toBeUndefined();
  });

  it('does nothing where nothing is prepared, or where the file system has no projects', async () => {
    const root = mkdtempSync(join(tmpdir(), 'janus-projects-'));
    const workspace = join(root, 'janus-000000000001');
    mkdirSync(workspace);
    expect(await assignProject(root, workspace)).toBeUndefined();
    expect(describeProjects(root)).toBeUndefined();
    writeFileSync(join(root, '.janus-project-ids'), 'nonsense');
    expect(await assignProject(root, workspace)).toBeUndefined();
    rmSync(root, { recursive: true });
    const memory = mkdtempSync(join('/dev/shm', 'janus-projects-'));
    writeFileSync(join(memory, '.janus-project-ids'), '7001-7002');
    expect(await assignProject(memory, memory)).toBeUndefined();
    expect(describeProjects(memory)).toContain('ids 7001 to 7002');
    rmSync(memory, { recursive: true });
  });
});
