import { join } from 'node:path';
import { createObeyActivities } from '../../../src/activities/hands/obeying.js';
import { createOrderKeeper } from '../../../src/adapters/controls/kept-orders.js';
import { createVoucherVerifier } from '../../../src/adapters/permit/create-permits.js';
import type { KeyFiles } from '../../../src/adapters/permit/key-pair.js';
import type { AnswerSigner } from '../../../src/adapters/permit/permit.js';
import type { Knobs } from './knobs.js';
import { testHost, vessel } from './knobs.js';

interface BenchObeying {
  readonly folder: string;
  readonly keys: KeyFiles;
  readonly answers: AnswerSigner;
  readonly knobs: Knobs;
}

/** The real keeper of the people's orders; the stop that it may lift is the test's. */
export function benchObeying({ folder, keys, answers, knobs }: BenchObeying) {
  const verifier = createVoucherVerifier(keys);
  const keeper = createOrderKeeper({
    ...{ folder: join(folder, 'controls'), vessel, host: testHost },
    isOwn: (text, signature) => verifier.isOwn(text, signature),
  });
  const clearStops = async (ids: readonly string[]) => {
    const id = knobs.stopOnDisk?.id;
    if (id === undefined || !ids.includes(id)) return { cleared: [] };
    knobs.stopOnDisk = undefined;
    return { cleared: [id] };
  };
  return { keeper, ...createObeyActivities({ keeper, clearStops, answers }) };
}
