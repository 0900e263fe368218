import { jsonObjects } from '../../schemas/json-objects.js';

/** One record of the trail, as it stands in its file. */
export const recordJson = jsonObjects(({ z, text, count, log }) => ({
  record: z.strictObject({ record: z.looseObject({ timestamp: text, event_type: text, log, seq: count, id: text }) }),
}));
