import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { setUpAdvice, unknownOptions } from '../../../../src/adapters/sandbox/profile/inspect.js';

it('explains the restriction of AppArmor, and names a file that is shipped (spec D1)', () => {
  const { why, next } = setUpAdvice(true);
  expect(why).toContain('AppArmor');
  const file = /deploy\/\S+/.exec(next)![0];
  const profile = readFileSync(join(import.meta.dirname, '../../../..', file), 'utf8');
  expect(profile.replaceAll(/^#.*\n/gm, '')).toMatch(
    /^\s*abi <abi\/4\.0>,\ninclude <tunables\/global>\n\nprofile bwrap \/usr\/bin\/bwrap flags=\(unconfined\) \{\n {2}userns,/,
  );
  expect(setUpAdvice(false).next).toContain('sysctl');
});

it('knows which options of the profile a bwrap does not have, and takes no argument of a command for one (spec X1)', () => {
  const help = '    --uid UID   Custom uid\n    --unshare-user-try    Try';
  expect(unknownOptions(help, ['--uid', '1', '--unshare-user', '--size', '1', '--size', '2', '--', '/bin/x', '--evil'])).toEqual([
    '--unshare-user',
    '--size',
  ]);
});
