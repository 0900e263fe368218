import type { Judged } from './judged.js';
import { bad } from './judged.js';
import type { HealthReadings } from './readings.js';
import type { SeenSigns, Trouble } from './vital-signs.js';
import { vitalState } from './vital-signs.js';

export const alive = ({ vitals, now }: HealthReadings): readonly SeenSigns[] =>
  vitals.filter((signs) => vitalState(signs, now) === 'alive');

const troublesOf = (readings: HealthReadings, fact: Trouble['fact']) =>
  alive(readings).flatMap(({ troubles }) => troubles.filter((trouble) => trouble.fact === fact));

/** What living processes say is wrong with one part of theirs. */
export const judgeTroubles =
  (fact: Trouble['fact'], words: (trouble: Trouble) => string, next: (of: string) => string) =>
  (readings: HealthReadings): Judged[] =>
    troublesOf(readings, fact).map((trouble) => bad(`${words(trouble)} (since ${trouble.since})`, next(trouble.of)));
