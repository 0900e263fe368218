/**
 * An assembler of classic BPF, as seccomp(2) takes it: 8 bytes an instruction, jumps only forward and at most 255 far, no loops.
 * Encoding: struct sock_filter { u16 code; u8 jt; u8 jf; u32 k } of linux/filter.h, little-endian on x64 and arm64 alike.
 */
export type Line =
  | { readonly op: 'load' | 'and' | 'return'; readonly k: number }
  /** Goes on to the next line where a label is left out. */
  | { readonly op: 'jumpIfEqual' | 'jumpIfAtLeast' | 'jumpIfAnyBit'; readonly k: number; readonly yes?: string; readonly no?: string }
  | { readonly op: 'label'; readonly name: string };

/** BPF_LD|BPF_W|BPF_ABS, BPF_ALU|BPF_AND|BPF_K, BPF_RET|BPF_K, BPF_JMP|BPF_J*|BPF_K. */
export const codes = { load: 0x20, and: 0x54, return: 0x06, jumpIfEqual: 0x15, jumpIfAtLeast: 0x35, jumpIfAnyBit: 0x45 } as const;

export const instructionBytes = 8;
/** BPF_MAXINSNS: the kernel refuses a longer program. */
const instructionsMax = 4_096;
const jumpMax = 255;

/** Where each label stands, counted in instructions. */
function positions(lines: readonly Line[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let at = 0;
  for (const line of lines) {
    if (line.op !== 'label') at += 1;
    else if (found.has(line.name)) throw new RangeError(`label ${line.name} stands twice`);
    else found.set(line.name, at);
  }
  return found;
}

export function assemble(lines: readonly Line[]): Buffer {
  const labels = positions(lines);
  const distance = (from: number, label: string | undefined) => {
    if (label === undefined) return 0;
    const offset = (labels.get(label) ?? Number.NaN) - from - 1;
    if (!(offset >= 0 && offset <= jumpMax)) throw new RangeError(`cannot jump from ${from} to ${label}`);
    return offset;
  };
  const instructions = lines.filter((line) => line.op !== 'label');
  if (instructions.length > instructionsMax) throw new RangeError(`${instructions.length} instructions are too many`);
  const bytes = Buffer.alloc(instructions.length * instructionBytes);
  for (const [at, line] of instructions.entries()) {
    const offset = at * instructionBytes;
    bytes.writeUInt16LE(codes[line.op], offset);
    if ('yes' in line || 'no' in line) {
      bytes.writeUInt8(distance(at, line.yes), offset + 2);
      bytes.writeUInt8(distance(at, line.no), offset + 3);
    }
    bytes.writeUInt32LE(line.k, offset + 4);
  }
  return bytes;
}
