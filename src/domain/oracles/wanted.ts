import type { MissionFile } from '../thinking/playbook.schema.js';
import type { Lookup } from './oracle.js';

/** A question that people wrote into a mission. */
export interface Wanted extends Lookup {
  readonly missionId: string;
}

/** What the missions want to know, those of the more important ones first; what two of them ask is asked once. */
export function wantedLookups(missions: MissionFile['missions']): readonly Wanted[] {
  const all = [...missions]
    .sort((a, b) => b.priority - a.priority)
    .flatMap(({ id, lookups = [] }) => lookups.map((lookup): Wanted => ({ ...lookup, missionId: id })));
  const isFirst = ({ oracle, query }: Wanted, index: number) =>
    all.findIndex((other) => other.oracle === oracle && other.query === query) === index;
  return all.filter(isFirst);
}
