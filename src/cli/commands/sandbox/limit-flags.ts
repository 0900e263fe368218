import type { Limits } from '../../../domain/action/limits.js';
import { JanusError } from '../../../domain/errors.js';
import type { Values } from '../../command.js';
import { textsOf } from '../../command.js';

interface Unit {
  readonly name: keyof Limits;
  readonly kind: 'seconds' | 'mebibytes' | 'bytes' | 'count';
  /** As in policy.json: with less nothing could start. */
  readonly min: number;
}

const units: Readonly<Record<string, Unit>> = {
  cpu: { name: 'cpuSeconds', kind: 'seconds', min: 1 },
  share: { name: 'cpuPercent', kind: 'count', min: 5 },
  wall: { name: 'wallSeconds', kind: 'seconds', min: 1 },
  memory: { name: 'memoryMb', kind: 'mebibytes', min: 16 },
  disk: { name: 'diskWriteMb', kind: 'mebibytes', min: 1 },
  inodes: { name: 'inodes', kind: 'count', min: 1 },
  output: { name: 'outputBytes', kind: 'bytes', min: 1_024 },
  pids: { name: 'processes', kind: 'count', min: 1 },
  files: { name: 'openFiles', kind: 'count', min: 16 },
  workspace: { name: 'workspaceMb', kind: 'mebibytes', min: 1 },
};

const suffixes = { seconds: 's', mebibytes: 'M', bytes: '', count: '' } as const;
const written = ({ kind }: Unit, value: number) => `${value}${suffixes[kind]}`;

function amount(text: string, kind: Unit['kind']): number | undefined {
  const match = /^(\d+)([smKMG]?)$/.exec(text);
  const value = Number(match?.[1]);
  const unit = match?.[2] ?? '';
  if (match === null || value <= 0) return undefined;
  if (kind === 'seconds') return unit === '' || unit === 's' ? value : unit === 'm' ? value * 60 : undefined;
  if (kind === 'count') return unit === '' ? value : undefined;
  const bytes = { '': 1, K: 1_024, M: 1_048_576, G: 1_073_741_824 }[unit];
  if (bytes === undefined) return undefined;
  return kind === 'bytes' ? value * bytes : unit === '' ? value : Math.ceil((value * bytes) / 1_048_576);
}

/** `--limit cpu=4s --limit memory=256M` or `--limit cpu=4s,memory=256M`. */
export function parseLimits(values: Values): Partial<Limits> {
  return Object.fromEntries(
    textsOf(values, 'limit')
      .flatMap((each) => each.split(/[,\s]+/))
      .map((each) => {
        const [name = '', text = ''] = each.split('=');
        const unit = units[name];
        if (unit === undefined)
          throw new JanusError('USAGE', `${JSON.stringify(name)} is no limit`, {
            next: `limits are ${Object.keys(units).join(', ')}: --limit cpu=4s`,
          });
        const value = amount(text, unit.kind);
        if (value === undefined)
          throw new JanusError('USAGE', `${JSON.stringify(text)} is no amount for ${name}`, {
            next: 'examples: cpu=4s wall=10s memory=256M disk=64M inodes=5000 output=4M pids=64 files=256',
          });
        if (value < unit.min)
          throw new JanusError('USAGE', `${each} is too little`, { next: `the least for ${name} is ${written(unit, unit.min)}` });
        return [unit.name, value];
      }),
  );
}

/** What is asked for only ever narrows; more than `whose` allows is refused, not cut: nobody should tune a command with limits that it never had. */
export function assertWithin(asked: Partial<Limits>, allowed: Partial<Limits>, whose: string): void {
  for (const [flag, unit] of Object.entries(units)) {
    const [value, most] = [asked[unit.name], allowed[unit.name]];
    if (value !== undefined && most !== undefined && value > most)
      throw new JanusError('USAGE', `${flag}=${written(unit, value)} is more than ${whose} allows: ${written(unit, most)}`, {
        next: `--limit ${flag}=${written(unit, most)} or less; a limit is only ever narrowed here`,
      });
  }
}
