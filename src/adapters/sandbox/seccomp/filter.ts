import { JanusError } from '../../../domain/errors.js';
import type { Architecture } from './architectures.js';
import { architectures, unknownFrom } from './architectures.js';
import type { Line } from './bpf.js';
import { assemble } from './bpf.js';
import type { Condition, Rule } from './rules.js';
import { errnos, rules } from './rules.js';

/** SECCOMP_RET_* of linux/seccomp.h. */
const actions = { kill: 0x8000_0000, errno: 0x0005_0000, allow: 0x7fff_0000 } as const;
/** struct seccomp_data: nr at 0, arch at 4, then the instruction pointer, then six arguments of 8 bytes, low half first. */
const [numberOffset, archOffset, argumentsOffset] = [0, 4, 16];

const refuse = (answer: Rule['answer']): Line => ({ op: 'return', k: actions.errno | errnos[answer] });

/** Falls through where the condition holds, jumps to `otherwise` where it does not. */
function linesOf(condition: Condition, label: string, otherwise: string): Line[] {
  const load: Line = { op: 'load', k: argumentsOffset + 8 * condition.argument };
  if ('anyBitOf' in condition) return [load, { op: 'jumpIfAnyBit', k: condition.anyBitOf, no: otherwise }];
  if ('noneOf' in condition) return [load, ...condition.noneOf.map((k): Line => ({ op: 'jumpIfEqual', k, yes: otherwise }))];
  const { mask, oneOf } = condition;
  const last = oneOf.length - 1;
  const tests = oneOf.map((k, index): Line => ({ op: 'jumpIfEqual', k, yes: label, ...(index === last && { no: otherwise }) }));
  return [load, { op: 'and', k: mask }, ...tests, { op: 'label', name: label }];
}

/** One call with all the rules that name it: the first that holds answers, else it is allowed. */
function block(name: string, number: number, naming: readonly Rule[]): Line[] {
  const always = naming.find(({ when }) => when === undefined);
  const end = `${name}:end`;
  const start: Line = { op: 'jumpIfEqual', k: number, no: end };
  if (always !== undefined) return [start, refuse(always.answer), { op: 'label', name: end }];
  const alternatives = naming.flatMap(({ when = [], answer }, rule) => {
    const next = `${name}:${rule}:next`;
    const tests = when.flatMap((condition, index) => linesOf(condition, `${name}:${rule}:${index}`, next));
    return [...tests, refuse(answer), { op: 'label', name: next } as const];
  });
  return [start, ...alternatives, { op: 'return', k: actions.allow }, { op: 'label', name: end }];
}

/** The filter as lines; pure. A call that the architecture does not have needs no rule there. */
function compile({ audit, numbers }: Architecture, list: readonly Rule[]): Line[] {
  const names = [...new Set(list.flatMap(({ calls }) => calls))].filter((name) => numbers[name] !== undefined);
  return [
    // A call in another convention (int 0x80) has other numbers: nothing here would fit it.
    { op: 'load', k: archOffset },
    { op: 'jumpIfEqual', k: audit, yes: 'native' },
    { op: 'return', k: actions.kill },
    { op: 'label', name: 'native' },
    { op: 'load', k: numberOffset },
    // As if the kernel were older: what is added to it later is not let through unseen.
    { op: 'jumpIfAtLeast', k: unknownFrom, no: 'known' },
    refuse('ENOSYS'),
    { op: 'label', name: 'known' },
    ...names.flatMap((name) =>
      block(
        name,
        numbers[name] ?? 0,
        list.filter(({ calls }) => calls.includes(name)),
      ),
    ),
    { op: 'return', k: actions.allow },
  ];
}

const made = new Map<string, Buffer>();

/** The bytes for `bwrap --seccomp`. An architecture without a table gets no filter, so no sandbox (spec X1). */
export function seccompFilter(arch: string = process.arch): Buffer {
  const architecture = Object.hasOwn(architectures, arch) ? architectures[arch] : undefined;
  if (architecture === undefined) {
    const known = Object.keys(architectures).join(', ');
    throw new JanusError('SANDBOX_UNAVAILABLE', `there is no seccomp filter for the architecture ${arch}, only for ${known}`, {
      next: `run Janus on one of ${known}`,
    });
  }
  const bytes = made.get(arch) ?? assemble(compile(architecture, rules));
  made.set(arch, bytes);
  return bytes;
}
