import type { StandingView } from '../../../contract/orders.js';
import type { Halt } from '../../../domain/trail/standing.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context } from '../../command.js';
import { when } from '../../terminal/times.js';

const saidBy = (by: string, reason: string) =>
  `${by === '' ? 'nobody said who' : visible(by)}${reason === '' ? '' : `: ${visible(reason)}`}`;

/** "limit 2 of 4, starts are held; order-..., by ana: slow". */
export function settingWords({ setting, limitMax }: StandingView): string {
  const { id, limit, hold, by, reason } = setting;
  const what = `limit ${Math.min(limit ?? limitMax, limitMax)} of ${limitMax}${hold ? ', starts are held' : ''}`;
  return id === 'configuration' ? `${what}, as configured` : `${what}; ${visible(id)} by ${saidBy(by, reason)}`;
}

/** One line for each: what it is called, when, by whom and why. */
export function haltLine({ id, at, by, reason, mode }: Halt, context: Context): string {
  const how = mode === 'drain' ? ', what ran may end' : '';
  return `${visible(id)}  ${when(new Date(at), context, 'relative')}${how}, by ${saidBy(by, reason)}`;
}
