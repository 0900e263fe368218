import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';

/** Whether this very process may. */
function mayWrite(place: string): boolean {
  try {
    accessSync(place, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** What lets somebody change what a file says: the file itself, or a folder in which another can be put in its place. */
const placesOf = (file: string) => [file, dirname(file), ...(existsSync(file) ? [dirname(realpathSync(file))] : [])];

/**
 * The place through which the account of the agent could change what a file says; undefined where the file is the operators'. Where the account may
 * write `agent.yaml` too it is the person's own, as in a clone, and so is the file. Undefined where there is no file.
 */
function placeOfAgent(file: string, agentFile: string, may: typeof mayWrite): string | undefined {
  const place = existsSync(file) ? placesOf(file).find(may) : undefined;
  return place === undefined || placesOf(agentFile).some(may) ? undefined : place;
}

const elsewhere = (place: string, agentFile: string, key: string) =>
  `the agent itself may write ${place}; put it into a folder of the operators, such as that of ${agentFile}, and name it in ${key}`;

/** Why the missions of a file count for nothing (spec T2): whoever runs the agent could have written them. Undefined where they count. */
export function whyNotOfOperators(file: string, agentFile: string, may = mayWrite): string | undefined {
  const place = placeOfAgent(file, agentFile, may);
  const how = place && elsewhere(place, agentFile, 'thinking_cycle.mission_objectives_path');
  return how && `refused, no mission of ${file} counts: ${how}`;
}

/** Why a charter is told to no model: an agent that writes what it is held to is held to nothing. Undefined where it may be told. */
export function whyNotToldCharter(file: string, agentFile: string, may = mayWrite): string | undefined {
  const place = placeOfAgent(file, agentFile, may);
  const how = place && elsewhere(place, agentFile, 'constitutional.charter_path');
  return how && `refused, ${file} is no charter: ${how}`;
}
