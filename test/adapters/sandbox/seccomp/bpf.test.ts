import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Line } from '../../../../src/adapters/sandbox/seccomp/bpf.js';
import { assemble } from '../../../../src/adapters/sandbox/seccomp/bpf.js';
import { disassemble } from '../../../support/sandbox/bpf.js';

const back: Line = { op: 'return', k: 0 };

describe('assemble', () => {
  it('writes eight bytes an instruction, and nothing for a label', () => {
    const bytes = assemble([
      { op: 'load', k: 4 },
      { op: 'jumpIfEqual', k: 0xc000_003e, yes: 'far' },
      { op: 'return', k: 0x8000_0000 },
      { op: 'label', name: 'far' },
      { op: 'and', k: 0xffff_ffff },
      back,
    ]);
    expect(bytes.toString('hex').match(/.{16}/g)).toEqual([
      '2000000004000000',
      '150001003e0000c0',
      '0600000000000080',
      '54000000ffffffff',
      '0600000000000000',
    ]);
    expect(disassemble(bytes)).toContain('1: == 0xc000003e ? 3 : 2');
  });

  it.each<[string, Line[]]>([
    ['back', [{ op: 'label', name: 'start' }, back, { op: 'jumpIfEqual', k: 1, yes: 'start' }]],
    ['nowhere', [{ op: 'jumpIfEqual', k: 1, no: 'none' }, back]],
    ['too far', [{ op: 'jumpIfAnyBit', k: 1, yes: 'end' }, ...Array.from({ length: 256 }, () => back), { op: 'label', name: 'end' }, back]],
  ])('refuses to jump %s', (_, lines) => {
    expect(() => assemble(lines)).toThrow(RangeError);
  });

  it('refuses a label that stands twice, and a program that the kernel would not take', () => {
    expect(() => assemble([{ op: 'label', name: 'x' }, back, { op: 'label', name: 'x' }, back])).toThrow('stands twice');
    expect(() => assemble(Array.from({ length: 4_097 }, () => back))).toThrow('too many');
  });

  it('jumps exactly as far as the label is away', () => {
    fc.assert(
      fc.property(fc.nat(255), (distance) => {
        const between = Array.from({ length: distance }, () => back);
        const bytes = assemble([{ op: 'jumpIfAtLeast', k: 7, no: 'end' }, ...between, { op: 'label', name: 'end' }, back]);
        expect([bytes.readUInt8(2), bytes.readUInt8(3)]).toEqual([0, distance]);
      }),
    );
  });
});
