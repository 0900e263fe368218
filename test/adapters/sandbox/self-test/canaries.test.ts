import { describe, expect, it } from '@jest/globals';
import { architectures } from '../../../../src/adapters/sandbox/seccomp/architectures.js';
import { canaries, canaryScript, readCanaries } from '../../../../src/adapters/sandbox/self-test/canaries.js';

const targets = { secretFile: '/tmp/secret', port: 1, abstractSocket: 'x', namespaces: { net: 'net:[1]' } };
const list = canaries(architectures['x64']!, targets);
const names = list.map(({ name }) => name);

describe('canaries', () => {
  it('are about a dozen or more, each with a name of its own and a goal', () => {
    expect(names.length).toBeGreaterThanOrEqual(12);
    expect(new Set(names).size).toBe(names.length);
    for (const { can } of list) expect(can).not.toBe('');
  });

  it('use the numbers of the machine', () => {
    expect(canaryScript(canaries(architectures['arm64']!, targets))).not.toBe(canaryScript(list));
    for (const arch of Object.values(architectures)) expect(canaryScript(canaries(arch, targets))).not.toContain('undefined');
  });
});

describe('readCanaries', () => {
  const all = (answer: string) => names.map((name) => `${name} ${answer}`).join('\n');

  it('believes only what reported', () => {
    expect(readCanaries(list, all('held'))).toEqual({ held: names, absent: [], failed: [] });
    expect(readCanaries(list, all('absent'))).toEqual({ held: [], absent: names, failed: [] });
    expect(readCanaries(list, all('reached')).failed).toEqual(list);
    for (const output of ['', all('hel'), all('held ').replaceAll('held', ''), 'shadow'])
      expect(readCanaries(list, output).failed.map(({ name }) => name)).toEqual(names);
    expect(readCanaries(list, all('held').replace('mount held', 'mount reached')).failed.map(({ name }) => name)).toEqual(['mount']);
  });
});
