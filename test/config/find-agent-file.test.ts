import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findAgentFile } from '../../src/config/find-agent-file.js';
import { aFolder, fill } from '../support/folders.js';
import { errorOf } from '../support/vessel/configuration.js';

describe('which agent.yaml is read', () => {
  const home = fill(aFolder(), { 'a.yaml': '', 'agent.yaml': '', '.janus/agent.yaml': '' });
  it.each([
    ['--config before all', { agentFile: 'a.yaml', env: { JANUS_CONFIG: 'none', JANUS_HOME: 'none' } }, 'a.yaml'],
    ['then JANUS_CONFIG', { env: { JANUS_CONFIG: 'a.yaml', JANUS_HOME: 'none' } }, 'a.yaml'],
    ['then JANUS_HOME', { env: { JANUS_HOME: '.' } }, 'agent.yaml'],
    ['then the folder', { env: {} }, '.janus/agent.yaml'],
    ['an empty variable is none', { env: { JANUS_CONFIG: '', JANUS_HOME: '' } }, '.janus/agent.yaml'],
  ])('%s', (_, settings, file) => {
    expect(findAgentFile({ cwd: home, ...settings })).toBe(join(home, file));
  });

  it('never falls back to another one than was named', () => {
    const error = errorOf(() => findAgentFile({ cwd: home, env: { JANUS_CONFIG: 'none.yaml' } }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: `there is no configuration: looked for ${join(home, 'none.yaml')}` });
  });
});
