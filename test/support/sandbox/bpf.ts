/** What the kernel does with a filter, for any architecture: an interpreter of classic BPF, and a disassembler for people. */
export interface Call {
  readonly number: number;
  readonly audit: number;
  readonly args?: readonly bigint[];
}

interface Instruction {
  readonly code: number;
  readonly yes: number;
  readonly no: number;
  readonly k: number;
}

function instructionsOf(filter: Buffer): Instruction[] {
  return Array.from({ length: filter.length / 8 }, (_, index) => ({
    code: filter.readUInt16LE(index * 8),
    yes: filter.readUInt8(index * 8 + 2),
    no: filter.readUInt8(index * 8 + 3),
    k: filter.readUInt32LE(index * 8 + 4),
  }));
}

function seccompData({ number, audit, args = [] }: Call): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(number, 0);
  bytes.writeUInt32LE(audit, 4);
  for (const [index, value] of args.entries()) bytes.writeBigUInt64LE(BigInt.asUintN(64, value), 16 + 8 * index);
  return bytes;
}

/** What the filter answers: 'allow', 'kill' or an errno. */
export function judge(filter: Buffer, call: Call): string {
  const data = seccompData(call);
  const program = instructionsOf(filter);
  let accumulator = 0;
  for (let at = 0; ; at += 1) {
    const { code, yes, no, k } = program[at]!;
    if (code === 0x20) accumulator = data.readUInt32LE(k);
    else if (code === 0x54) accumulator = (accumulator & k) >>> 0;
    else if (code === 0x15) at += accumulator === k ? yes : no;
    else if (code === 0x35) at += accumulator >= k ? yes : no;
    else if (code === 0x45) at += (accumulator & k) !== 0 ? yes : no;
    else if (code !== 0x06) throw new Error(`instruction ${at} is ${code.toString(16)}`);
    else if (k === 0x7fff_0000) return 'allow';
    else return k === 0x8000_0000 ? 'kill' : String(k - 0x5_0000);
  }
}

/** One line an instruction, with absolute jumps. */
export function disassemble(filter: Buffer): string {
  const hex = (value: number) => `0x${value.toString(16)}`;
  const jumps: Readonly<Record<number, string>> = { 0x15: '==', 0x35: '>=', 0x45: '&' };
  const lines = instructionsOf(filter).map(({ code, yes, no, k }, at) => {
    if (code === 0x20) return `load ${k}`;
    if (code === 0x54) return `and ${hex(k)}`;
    if (code === 0x06) return `return ${hex(k)}`;
    return `${jumps[code] ?? '?'} ${hex(k)} ? ${at + 1 + yes} : ${at + 1 + no}`;
  });
  return lines.map((line, at) => `${at}: ${line}`).join('\n');
}
