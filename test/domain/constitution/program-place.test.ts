import { describe, expect, it } from '@jest/globals';
import { unseenProgram } from '../../../src/domain/constitution/program-place.js';

const grants = [
  { name: 'go', path: '/usr/local/go', writable: false },
  { name: 'tool', path: '/opt/tool/bin/tool', writable: false },
];
const unseen = (path: string, ...asked: string[]) => unseenProgram({ name: 'mine', grants: asked }, path, grants);

describe('where the program of a tool may lie (spec C4)', () => {
  it.each(['/usr/bin/git', '/usr/lib/jvm/java-17/bin/java', '/usr/localised/x', '/bin/bash'])('%s is in every sandbox', (path) => {
    expect(unseen(path)).toBeUndefined();
  });

  it.each(['/usr/local/bin/go', '/root/.cargo/bin/cargo', '/opt/tool/bin/tool', '/etc/alternatives/java', '/usrs/bin/x'])(
    '%s is not, unless it is granted',
    (path) => {
      expect(unseen(path)).toMatch(/grants of policy\.json.*grants of tool mine/);
    },
  );

  it('what is granted is there, for the tool that has the grant', () => {
    expect(unseen('/usr/local/go/bin/go', 'go')).toBeUndefined();
    expect(unseen('/opt/tool/bin/tool', 'tool')).toBeUndefined();
    expect(unseen('/usr/local/go/bin/go', 'tool')).toContain('/usr/local/go/bin/go');
    expect(unseen('/usr/local/gopher/bin/go', 'go')).toContain('/usr/local/gopher');
  });
});
