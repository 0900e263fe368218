import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { architectures, unknownFrom } from '../../../../src/adapters/sandbox/seccomp/architectures.js';
import { seccompFilter } from '../../../../src/adapters/sandbox/seccomp/filter.js';
import { rules } from '../../../../src/adapters/sandbox/seccomp/rules.js';
import { disassemble, judge } from '../../../support/sandbox/bpf.js';
import { label, probes } from '../../../support/sandbox/probes.js';

const names = Object.keys(architectures);
/** Pointers are only numbers here. */
const asNumber = (argument: number | string) => (/^[sz]:/.test(String(argument)) ? 0x7fff_0000n : BigInt(argument));

describe.each(names)('the filter for %s (spec X2)', (arch) => {
  const { audit, numbers } = architectures[arch]!;
  const filter = seccompFilter(arch);

  it('is these bytes', () => {
    expect({
      instructions: filter.length / 8,
      sha256: createHash('sha256').update(filter).digest('hex'),
      text: disassemble(filter),
    }).toMatchSnapshot();
  });

  it('answers every probe as it must', () => {
    const known = probes.filter(({ call }) => numbers[call] !== undefined);
    const answers = known.map((probe) => [
      label(probe),
      judge(filter, { audit, number: numbers[probe.call]!, args: probe.args.map(asNumber) }),
    ]);
    expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(known.map((probe) => [label(probe), probe.answer])));
    expect(known.length).toBeGreaterThan(100);
  });

  it('kills whoever calls by another convention', () => {
    for (const other of [0x4000_0003, 0x4000_0028, 0, ...names.filter((name) => name !== arch).map((name) => architectures[name]!.audit)])
      expect(judge(filter, { audit: other, number: 1 })).toBe('kill');
  });

  it('does not know what nobody has judged, nor x32', () => {
    for (const number of [unknownFrom, 512, 547, 0x4000_0000, 0x4000_0000 + numbers['mount']!, 0xffff_ffff])
      expect(judge(filter, { audit, number })).toBe('38');
    expect(Math.max(...Object.values(numbers))).toBe(unknownFrom - 1);
  });

  it('lets everything else through', () => {
    const ruled = new Set(rules.flatMap(({ calls }) => calls.map((call) => numbers[call])));
    for (let number = 0; number < unknownFrom; number += 1) if (!ruled.has(number)) expect(judge(filter, { audit, number })).toBe('allow');
  });

  it('numbers no two calls alike', () => {
    expect(new Set(Object.values(numbers)).size).toBe(Object.keys(numbers).length);
  });
});

it('has a probe that every rule refuses, call by call', () => {
  const refused = new Set(probes.filter(({ answer }) => answer !== 'allow').map(({ call }) => call));
  expect(rules.flatMap(({ calls }) => calls).filter((call) => !refused.has(call))).toEqual([]);
});

it('says why beside each rule, and names calls that a machine knows', () => {
  for (const { why, calls } of rules) {
    expect(why.length).toBeGreaterThan(5);
    for (const call of calls) expect(names.some((arch) => architectures[arch]!.numbers[call] !== undefined)).toBe(true);
  }
});

it('has the numbers of the headers of this machine', () => {
  const header = '/usr/include/x86_64-linux-gnu/asm/unistd_64.h';
  let text = '';
  try {
    text = readFileSync(header, 'utf8');
  } catch {
    process.stderr.write(`\nSKIPPED: ${header} is not installed\n`);
  }
  const found = Object.fromEntries([...text.matchAll(/__NR_(\w+) (\d+)/g)].map(([, name, number]) => [name, Number(number)]));
  const table = architectures['x64']!.numbers;
  for (const [name, number] of Object.entries(table)) if (found[name] !== undefined) expect([name, found[name]]).toEqual([name, number]);
});

it.each(['ia32', 'riscv64', 'constructor'])('there is none for %s: the sandbox is not available, and people read why', (arch) => {
  expect(() => seccompFilter(arch)).toThrow(
    expect.objectContaining({ code: 'SANDBOX_UNAVAILABLE', message: expect.stringContaining(arch) }),
  );
});
