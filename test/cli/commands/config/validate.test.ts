import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JanusConfig } from '../../../../src/config/config.js';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { useFolders } from '../../../support/folders.js';
import { aTool } from '../../../support/proposals/proposals.js';
import { aConfig, ubos } from '../../support/ubos.js';

const aPlace = useFolders();

let home = '';
beforeEach(async () => {
  home = aPlace();
  await writeFile(join(home, 'agent.yaml'), 'vessel_id: janus-test\n');
});

it('validate names the playbook that is broken (spec F1)', async () => {
  await writeFile(join(home, 'playbooks.json'), JSON.stringify({ playbooks: [{ playbook_id: 'maintenance-001', nonsense: 1 }] }));
  const { code, stderr } = await ubos('config validate', { config: aConfig({}, home) });
  expect([code, stderr]).toEqual([EXIT.usage, expect.stringMatching(/playbooks\.json:1: playbooks\.0\.nonsense: found an unknown key/)]);
});

describe('validate and the tools (spec F1, C4)', () => {
  const go = aTool({ name: 'go', command: ['/usr/local/go/bin/go'], shell: false });
  const validate = async (lines: readonly string[], change: Partial<JanusConfig>) => {
    await writeFile(join(home, 'agent.yaml'), ['vessel_id: janus-test', ...lines, ''].join('\n'));
    const { code, stdout, stderr } = await ubos('config validate', { config: aConfig(change, home) });
    return { code, stdout, stderr: stderr.replaceAll(`${home}/`, '') };
  };
  const tools = ['tools:', '  - name: shell', '    command: [/bin/bash]', '  - name: go', '    command: [/usr/local/go/bin/go]'];

  it('names a program that no sandbox shows, with file and line, and what to do', async () => {
    const { code, stderr } = await validate([...tools, 'security: { allowed_tools: [shell, go] }'], {
      tools: [aTool(), go],
      allowedTools: ['shell', 'go'],
    });
    expect([code, stderr]).toEqual([
      EXIT.usage,
      expect.stringMatching(/agent\.yaml:6: tools\.go\.command: found "\/usr\/local\/go\/bin\/go"; .*policy\.json/),
    ]);
  });

  it('takes it where its folder is granted', async () => {
    const { policy } = aConfig();
    const grants = [{ name: 'go', path: '/usr/local/go', writable: false }];
    const given = { tools: [aTool(), { ...go, grants: ['go'] }], allowedTools: ['shell', 'go'], policy: { ...policy, grants } };
    expect(await validate([...tools, 'security: { allowed_tools: [shell, go] }'], given)).toMatchObject({ code: EXIT.ok, stderr: '' });
  });

  it('names what security.allowed_tools allows and no tool defines', async () => {
    const lines = ['security:', '  allowed_tools:', '    - shell', '    - shel'];
    const { code, stderr } = await validate(lines, { allowedTools: ['shell', 'shel'] });
    expect([code, stderr]).toEqual([
      EXIT.usage,
      expect.stringMatching(/agent\.yaml:5: security\.allowed_tools: found "shel"; .*did you mean shell\?/),
    ]);
  });

  it('a tool that the list leaves out is switched off: a note, no mistake', async () => {
    const tar = aTool({ name: 'tar', command: ['/usr/bin/tar'], shell: false });
    const { code, stdout, stderr } = await validate(
      ['tools:', '  - {name: shell}', '  - {name: tar}', 'security: {allowed_tools: [shell]}'],
      {
        tools: [aTool(), tar],
      },
    );
    expect([code, stdout]).toEqual([EXIT.ok, expect.stringContaining('VALID')]);
    expect(stderr).toMatch(/^note: agent\.yaml:4: tools\.tar: .*nobody may use it/);
  });

  it('a tool of your own without any list can never be used: that is one', async () => {
    const tar = aTool({ name: 'tar', command: ['/usr/bin/tar'], shell: false });
    const { code, stderr } = await validate(['tools:', '  - {name: tar}'], { tools: [tar] });
    expect([code, stderr]).toEqual([EXIT.usage, expect.stringContaining('write allowed_tools: [tar]')]);
  });
});
