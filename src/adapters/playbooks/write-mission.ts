import { JanusError } from '../../domain/errors.js';
import { appendToList } from '../../domain/text/json-list.js';

/**
 * The text of mission_objectives.json with one mission more; all that stands there stays as it is, and a file that is not there yet begins.
 * Throws CONFLICT where the file is not as it was read.
 */
export function withMission(text: string, before: string, mission: object): string {
  if (text !== before)
    throw new JanusError('CONFLICT', 'the file was changed meanwhile. Nothing was stored.', {
      next: 'ubos missions check, then the same again',
    });
  if (text === '') return `${JSON.stringify({ missions: [mission] }, undefined, 2)}\n`;
  const appended = appendToList(text, 'missions', mission);
  if (appended === undefined)
    throw new JanusError('CONFLICT', 'the file has no list named missions. Nothing was stored.', { next: 'ubos missions check' });
  return appended;
}
