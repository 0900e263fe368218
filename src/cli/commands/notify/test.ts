import type { JanusConfig } from '../../../config/config.js';
import { JanusError } from '../../../domain/errors.js';
import type { Alert } from '../../../domain/trail/alert.js';
import type { Command, Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { wrap } from '../../terminal/output.js';
import { noWords } from '../controls/words.js';
import { sayDone } from '../decide/plain-decision.js';

const usage = 'ubos notify test [--json]';

const json = jsonObjects(({ z, text, count }) => ({
  'notify-test': z.strictObject({
    ok: z.boolean().describe('everybody was told'),
    event_id: text.describe('as they got it'),
    told: z.array(
      z.strictObject({
        to: text.describe('the script, or the address of the comms hub'),
        ok: z.boolean(),
        milliseconds: count,
        why: text.nullable().describe('where it did not end well'),
      }),
    ),
  }),
}));

/** Tells somebody, and resolves with the reason where that did not end well. */
interface Told {
  readonly to: string;
  readonly tell: (alert: Alert) => Promise<string | undefined>;
}

/** Throws CONFIG_INVALID where a script is configured and not there. */
async function openScript({ approval, vesselName }: JanusConfig): Promise<Told[]> {
  const script = approval.notificationScript;
  if (script === undefined) return [];
  const [{ createScriptNotifier }, { toldAlert }, { lookAtHook }] = await Promise.all([
    import('../../../adapters/notify/script-notifier.js'),
    import('../../../adapters/notify/alert.js'),
    import('../../../adapters/notify/hook.js'),
  ]);
  if (lookAtHook(script).state === 'absent')
    throw new JanusError('CONFIG_INVALID', `${script} is not there, so nobody is told by a script`, {
      next: 'link one of deploy/notify to it (docs/notifications.md says how), then: ubos notify test',
    });
  const tell = async (alert: Alert) => {
    let why: string | undefined;
    await createScriptNotifier({ script, onEnd: (failure) => (why = failure) })(toldAlert(alert, vesselName));
    return why;
  };
  return [{ to: script, tell }];
}

async function openHub({ commsHub, paths, vesselName }: JanusConfig): Promise<Told[]> {
  if (!commsHub.enabled) return [];
  const [{ createCommsHub, hubResponseBytesMax }, { toldAlert }, { ownWayOut }] = await Promise.all([
    import('../../../adapters/notify/comms-hub.js'),
    import('../../../adapters/notify/alert.js'),
    import('../../../adapters/egress/own-way-out.js'),
  ]);
  const wayOut = ownWayOut(paths.egressControl, { name: 'comms-hub', responseBytesMax: hubResponseBytesMax });
  const report = createCommsHub({ ...commsHub, wayOut });
  return [{ to: commsHub.endpoint, tell: async (alert) => (await report(toldAlert(alert, vesselName)))?.why }];
}

function write(to: string, why: string | undefined, context: Context): void {
  if (why === undefined) sayDone(context, `Told: ${to} ended well. Whether the message came, only its reader knows.`);
  else context.stderr.write(`${wrap(`ubos: ${to} failed: ${why}`, context.columns, 2)}\n  → docs/notifications.md\n`);
}

export const command: Command = {
  json: [json],
  usage,
  details:
    'Calls the notification script as the vessel does, with the event "test", under the account of whoever types it, reports the same to the comms hub where one is named, and says how that ended. Exit code 1: one of them failed, or took more than 10 s. Needs no server.',
  async run({ positionals }, context) {
    noWords(positionals, 0, usage);
    const config = await context.config();
    const everybody = [...(await openScript(config)), ...(await openHub(config))];
    if (everybody.length === 0)
      throw new JanusError('CONFIG_INVALID', 'agent.yaml says notification_enabled: false, and names no comms hub: nobody is told', {
        next: 'ubos config explain approval_workflow.notification_enabled',
      });
    const at = context.now();
    const summary = `A test: whoever reads this is told what ${config.vesselName} does.`;
    const alert = { event: 'test', eventId: `test/${at.toISOString()}`, at, summary, command: context.here('ubos status') };
    const told = [];
    for (const { to, tell } of everybody) {
      const started = performance.now();
      const why = await tell(alert);
      told.push({ to, ok: why === undefined, milliseconds: Math.round(performance.now() - started), why: why ?? null });
      if (!context.json) write(to, why, context);
    }
    const ok = told.every((each) => each.ok);
    if (context.json) json.write(context.stdout, 'notify-test', { ok, event_id: alert.eventId, told });
    return ok ? EXIT.ok : EXIT.failure;
  },
};
