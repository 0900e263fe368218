import { describe, expect, it } from '@jest/globals';
import { commands } from '../../src/cli/commands.js';
import { EXIT } from '../../src/cli/exit-codes.js';
import { ubos } from './support/ubos.js';
import { id } from './support/views.js';

describe('help (spec U1)', () => {
  it.each(commands.map(({ path }) => path.join(' ')))('of %s, by flag and by verb, needs nothing and is the same', async (verb) => {
    const nothing = { client: undefined as never, config: undefined as never };
    const byFlag = await ubos(`${verb} --help`, nothing);
    expect(byFlag).toMatchObject({ code: EXIT.ok, stderr: '', stdout: expect.stringMatching(new RegExp(`^ubos ${verb}`)) });
    if (!verb.startsWith('help')) expect((await ubos(`help ${verb}`, nothing)).stdout).toBe(byFlag.stdout);
  });

  it('without a verb: each verb with what it is for, or under its group, in 80 columns', async () => {
    const { code, stdout } = await ubos('help', { columns: 40 });
    const missing = commands.filter(({ path: [first = '', second], summary }) => {
      // What does not fit goes on in the next line, below its beginning.
      const [, line = ''] = new RegExp(`^ {2}${first} +(.*)$`, 'm').exec(stdout.replaceAll(/,\n {4,}/g, ', ')) ?? [];
      return second === undefined ? line !== summary : !line.split(', ').includes(second);
    });
    expect([code, missing, stdout.split('\n').filter((line) => line.length > 80)]).toEqual([EXIT.ok, [], []]);
  });

  it.each(['audit', 'proposals', 'config'])('of the group %s, by flag and by verb, is the same', async (group) => {
    const helped = await ubos(`help ${group}`);
    expect(helped).toMatchObject({ code: EXIT.ok, stdout: expect.stringContaining(`ubos ${group}`) });
    expect(helped.stdout).toBe((await ubos(`${group} --help`)).stdout);
  });

  it('flags may stand before the verb', async () => {
    expect((await ubos('--timeout 9s -o id proposals list')).stdout).toBe(`${id}\n`);
  });
});

describe('a flag that no command has', () => {
  it.each([
    ['reject --resaon x', "Unknown option '--resaon'; did you mean --reason?"],
    ['proposals list --jsno', "Unknown option '--jsno'; did you mean --json?"],
    ['proposals list --quite-another', "Unknown option '--quite-another'\n"],
  ])('%s: the nearest is named, where one is near (spec U3)', async (typed, words) => {
    expect(await ubos(typed)).toMatchObject({ code: EXIT.usage, stdout: '', stderr: expect.stringContaining(words) });
  });
});
