import type { Order } from '../approval/order.js';
import type { Standing } from '../trail/standing.js';

/** Stable codes: they are recorded and shown. */
export type WeighCode = 'ABOVE_CONFIGURATION' | 'ALREADY_RESUMED' | 'NOTHING_CHANGES' | 'NOTHING_STANDS' | 'NOT_CURRENT' | 'UNKNOWN_ID';

/** What an order would do to what stands, or why it is about nothing that does. */
export type Weighed = { readonly effect: 'tightens' | 'loosens' } | { readonly code: WeighCode; readonly why: string };

const tightens = { effect: 'tightens' } as const;
const loosens = { effect: 'loosens' } as const;

function weighResume({ stops, pauses, resumed }: Standing, id: string): Weighed {
  if (stops.has(id) || pauses.has(id)) return loosens;
  const before = resumed.get(id);
  if (before !== undefined) return { code: 'ALREADY_RESUMED', why: `${id} was ended by ${before.by} at ${before.at}` };
  const standing = [...stops.keys(), ...pauses.keys()];
  return standing.length === 0
    ? { code: 'NOTHING_STANDS', why: 'neither a stop nor a pause stands' }
    : { code: 'UNKNOWN_ID', why: `${id.slice(0, 40)} does not stand; what stands is ${standing.slice(0, 5).join(', ')}` };
}

const named = (of: string | undefined, { setting }: Standing): Weighed =>
  of === setting.id
    ? loosens
    : {
        code: 'NOT_CURRENT',
        why: `${of === undefined ? 'it does not say' : `it says ${of.slice(0, 40)}, which is not`} what stands now: ${setting.id}`,
      };

/** Pure: what people may order, held against what stands now and against the configuration, which nothing goes beyond (spec G2, K1). */
export function weighOrder({ kind, of, limit = 0 }: Order, standing: Standing, { limitMax }: { readonly limitMax: number }): Weighed {
  const { setting } = standing;
  if (kind === 'resume') return weighResume(standing, of ?? '');
  if (kind === 'release') return named(of, standing);
  if (kind === 'hold') return setting.hold ? { code: 'NOTHING_CHANGES', why: `starts are held already, by ${setting.by}` } : tightens;
  if (limit > limitMax)
    return { code: 'ABOVE_CONFIGURATION', why: `${limit} is more than max_concurrency, which is ${limitMax}: nothing goes beyond it` };
  const now = Math.min(setting.limit ?? limitMax, limitMax);
  if (limit === now) return { code: 'NOTHING_CHANGES', why: `the limit is ${limit} already` };
  return limit < now ? tightens : named(of, standing);
}
