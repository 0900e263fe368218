import { join } from 'node:path';
import type { JanusConfig } from '../../../config/config.js';
import { logFilesOf } from '../../../config/config.js';
import type { Restored } from '../../../domain/backup/restored.js';
import { JanusError } from '../../../domain/errors.js';
import { startHint, stopHint } from '../../../domain/units.js';
import type { Command, Context, Values } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { wrap } from '../../terminal/output.js';
import { openRepository } from '../backup/repository.js';
import { noWords } from '../controls/words.js';
import { sayDone } from '../decide/plain-decision.js';

const usage = 'ubos restore --into alpha [SNAPSHOT] [--json]';

const json = jsonObjects(({ z, text }) => ({
  restore: z.strictObject({ snapshot: text, into: z.literal('alpha'), next: text }),
  'put-in-place': z.strictObject({ restored: text.nullable().describe('null: no backup was put back'), set_aside: z.array(text) }),
}));

/** Before the server starts: see `adapters/backup/put-in-place.ts`. */
async function putInPlace(context: Context): Promise<Restored | undefined> {
  const config = await context.config();
  const { paths, vesselId: vessel } = config;
  const [{ putInPlace: put }, { backupPlaces }] = await Promise.all([
    import('../../../adapters/backup/put-in-place.js'),
    import('../../../adapters/backup/places.js'),
  ]);
  return put({
    ...{ places: backupPlaces(paths.state), vessel, logs: Object.values(logFilesOf(config)), heads: paths.heads, now: () => context.now() },
    keys: [
      {
        ...{ privateKey: join(paths.keys, 'permit.key'), publicKey: join(paths.keys, 'permit.pub') },
        former: (name) => join(paths.keys, `permit-${name}.pub`),
      },
      { privateKey: join(paths.handsKeys, 'hands.key'), publicKey: join(paths.handsKeys, 'hands.pub') },
    ],
  });
}

function reportPlaced(context: Context, restored: Restored | undefined): number {
  if (context.json) json.write(context.stdout, 'put-in-place', { restored: restored?.id ?? null, set_aside: restored?.setAside ?? [] });
  else if (restored !== undefined) {
    sayDone(context, `Put in place: the backup of ${restored.takenAt}`);
    const words = `Set aside in ${restored.folder}: ${restored.setAside.join(', ') || 'nothing'}. Nothing runs until: ubos audit acknowledge-restore`;
    context.stderr.write(`${wrap(`  ${words}`, context.columns, 2)}\n`);
  }
  return EXIT.ok;
}

/** Under a worker or a server that still writes, what is put back would be a mixture. */
async function assertStopped({ paths }: JanusConfig, { now }: Context): Promise<void> {
  const { readVitals } = await import('../../../adapters/host/vital-signs.js');
  const { vitalState } = await import('../../../domain/health/vital-signs.js');
  const running = readVitals(paths.state).filter((signs) => ['alive', 'still'].includes(vitalState(signs, now().getTime())));
  if (running.length === 0) return;
  const who = running.map(({ role, pid }) => `worker ${role} (pid ${pid})`).join(', ');
  throw new JanusError('CONFLICT', `${who} still ${running.length === 1 ? 'runs' : 'run'}. Nothing done.`, {
    next: stopHint,
  });
}

function assertAlpha(values: Values): void {
  const into = values['into'];
  if (into === 'alpha') return;
  throw new JanusError(
    'USAGE',
    into === undefined
      ? 'a vessel is restored into mode alpha: say so'
      : `${JSON.stringify(into)} is not where a restored vessel begins: only alpha is`,
    {
      next: 'ubos restore --into alpha',
    },
  );
}

export const command: Command = {
  json: [json],
  usage,
  details:
    'Puts a backup (default: the newest) back over the folder of state; the agent has to be stopped. The next start puts its database in place and sets aside what is newer; then nothing runs until ubos audit acknowledge-restore. On a server with sudo. --put-in-place is what a start does.',
  options: { into: { type: 'string' }, 'put-in-place': { type: 'boolean' } },
  async run({ positionals, values }, context) {
    noWords(positionals, 1, usage);
    if (values['put-in-place'] === true) return reportPlaced(context, await putInPlace(context));
    assertAlpha(values);
    const { config, restic } = await openRepository(context);
    await assertStopped(config, context);
    const [named = 'latest'] = positionals;
    await restic.restore(named, config.paths.state);
    const next = `${startHint('brain')}, then: ubos audit acknowledge-restore`;
    if (context.json) json.write(context.stdout, 'restore', { snapshot: named, into: 'alpha', next });
    else {
      sayDone(context, `Put back: ${named} of ${config.backup.repository}`);
      context.stderr.write(`${wrap(`  Next: ${next}`, context.columns, 2)}\n`);
    }
    return EXIT.ok;
  },
};
