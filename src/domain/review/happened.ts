import type { CommandResult } from '../action/result.js';
import type { ProposalStatus } from '../action/status.js';
import { quoted } from '../text/quoted.js';
import { visible } from '../text/visible.js';
import { refusedConnections } from './connections.js';
import type { Block, Section } from './section.js';
import { section } from './section.js';

/** A message of somebody, and what became of it. */
interface Message {
  readonly kind: string;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  readonly code: string;
  readonly why: string;
  readonly reason?: string | undefined;
  readonly consideredSeconds?: number | undefined;
}

/** What became of a proposal so far. */
export interface Happened {
  readonly status: ProposalStatus;
  readonly reason: string;
  /** A dry run: what would have been started. */
  readonly commandLines?: readonly (readonly string[])[] | undefined;
  readonly results: readonly Pick<CommandResult, 'reason' | 'exitCode' | 'wallSeconds' | 'note' | 'network'>[];
  readonly rollbacks: readonly { readonly tool: string; readonly ok: boolean; readonly summary: string }[];
  /** The last ones; `messages` counts all. */
  readonly decisions: readonly Message[];
  readonly messages: number;
}

const line = (text: string): Block => ({ form: 'line', text });

function now({ status, reason }: Happened): Section | undefined {
  return section('now', 'NOW', status === 'proposed' ? [] : [line(`${visible(status)}: ${visible(reason)}`)]);
}

function dryRun({ commandLines = [] }: Happened): Section | undefined {
  const blocks = commandLines.map((argv): Block => ({ form: 'item', text: argv.map(quoted).join(' ') }));
  return section('dry_run', 'DRY RUN, would have started', blocks);
}

function results({ results: all }: Happened): Section | undefined {
  const blocks = all.flatMap(({ reason, exitCode, wallSeconds, note, network }, index) => {
    const end = reason === 'exit' ? `exit ${exitCode}` : visible(reason);
    const step = line(`step ${index + 1}: ${end}${note === undefined ? '' : ` (${visible(note)})`} in ${wallSeconds} s`);
    return [step, ...refusedConnections(network).map((text): Block => ({ form: 'item', text }))];
  });
  return section('results', 'RESULTS', blocks);
}

function rollback({ rollbacks }: Happened): Section | undefined {
  const blocks = rollbacks.map(({ tool, ok, summary }): Block => {
    const text = `${ok ? 'undone' : 'NOT UNDONE'} with ${visible(tool)}: ${visible(summary)}`;
    return { form: 'line', text, emphasis: ok ? undefined : 'alarm' };
  });
  return section('rollback', 'ROLLBACK', blocks);
}

function messages({ decisions, messages: count }: Happened): Section | undefined {
  const blocks = decisions.map(({ at, kind, by, code, why, reason, consideredSeconds }): Block => {
    const judged = code === 'ACCEPTED' ? 'accepted' : `${visible(code)} (${visible(why)})`;
    const looked = consideredSeconds === undefined ? '' : `, looked at for ${consideredSeconds} s`;
    const said = reason === undefined ? '' : ` "${visible(reason)}"`;
    return { form: 'event', at, text: `${visible(kind)} by ${visible(by)}: ${judged}${looked}${said}` };
  });
  return section('messages', `MESSAGES (${count})`, blocks);
}

/** What happened, after the review. */
export function happenedSections(happened: Happened): Section[] {
  return [now, dryRun, results, rollback, messages].flatMap((write) => write(happened) ?? []);
}
