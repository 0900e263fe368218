import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { printed } from '../../support/printed.js';
import { useFolders } from '../../../support/folders.js';
import { anEntry, closeTrails, openTrail } from '../../../support/trail/trails.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();
afterEach(closeTrails);
const rotate = (home: string, ...words: string[]) => ubos(['audit', 'rotate', ...words], { config: aConfig({}, home), cwd: home });

describe('ubos audit rotate (spec L4)', () => {
  it('closes what holds something, and a worker that has it open goes on', async () => {
    const here = folder();
    const { trail } = openTrail(here);
    await trail.append('proposals', anEntry('a'));
    await trail.append('tool_use', anEntry('a'));
    const { code, stdout } = await rotate(here, '--log', 'proposals', '--json');
    expect(code).toBe(EXIT.ok);
    const value = printed(stdout, 'audit-rotation');
    expect(value).toMatchObject({ rotated: [{ log: 'proposals', closed: expect.stringMatching(/^proposals\.0{12}\.\d{8}\.jsonl$/) }] });
    expect((await trail.append('proposals', anEntry('b'))).seq).toBe(3);
    expect(readdirSync(here).filter((name) => name.startsWith('tool_use.0'))).toEqual([]);
    expect(await rotate(here)).toMatchObject({ code: EXIT.ok, stdout: expect.stringContaining('tool_use: closed tool_use.0') });
  });

  it('--due leaves what is neither large nor old', async () => {
    const here = folder();
    await openTrail(here).trail.append('proposals', anEntry('a'));
    expect(await rotate(here, '--due')).toMatchObject({ code: EXIT.ok, stdout: 'nothing to close or to remove\n' });
  });

  it('takes no other log, and no file', async () => {
    expect(await rotate(folder(), '--log', 'agent')).toMatchObject({ code: EXIT.usage, stderr: expect.stringContaining('mission_log') });
    expect(await rotate(folder(), 'proposals.jsonl')).toMatchObject({ code: EXIT.usage });
  });
});
