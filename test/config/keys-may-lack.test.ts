import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { fill, useFolders } from '../support/folders.js';
import { errorOf, soundAgent } from '../support/vessel/configuration.js';

const aPlace = useFolders();
const load = (more: string, how: { readonly keysMayLack?: boolean }) => {
  const folder = fill(aPlace(), { 'agent.yaml': `${soundAgent}${more}`, 'policy.json': '{}' });
  return loadConfig({ agentFile: `${folder}/agent.yaml`, env: { JANUS_HOST: 'box' }, cwd: folder, ...how });
};

describe('a configuration that asks for keys which are not there yet (spec C7, A3)', () => {
  it.each([
    ['constitutional.amendments', 'constitutional: { amendments: required }\n'],
    ['approvals.allowed_signers', 'approvals: { signature: required, allowed_signers: signers }\n'],
  ])('%s: refused, but to what lists and revokes keys', (key, more) => {
    expect(errorOf(() => load(more, {})).message).toContain(`agent.yaml:3: ${key}: found `);
    expect(load(more, { keysMayLack: true }).vesselId).toBe('janus-test');
  });

  it('is refused there, too, for whatever else is wrong in it', () => {
    const more = 'constitutional: { amendments: required }\napprovals: { model_operators: [nobody] }\n';
    const { message } = errorOf(() => load(more, { keysMayLack: true }));
    expect(message).toContain('approvals.model_operators.0');
    expect(message).not.toContain('amendments');
  });
});
