import { symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { whyNotOfOperators, whyNotToldCharter } from '../../../src/adapters/playbooks/of-operators.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();

describe('whose a file of missions or a charter is (spec T2)', () => {
  let file: string;
  let agentFile: string;
  beforeEach(() => {
    [file, agentFile] = [join(folder(), 'mission_objectives.json'), join(folder(), 'agent.yaml')];
    for (const each of [file, agentFile]) writeFileSync(each, '{"missions": []}');
  });
  /** An account that may write these places and no others. */
  const as = (...places: readonly string[]) => whyNotOfOperators(file, agentFile, (place) => places.includes(place));

  it("is the operators' where the agent may write neither file nor folder, and the person's own where it may write all", () => {
    expect(as()).toBeUndefined();
    expect(as(file, dirname(file), agentFile, dirname(agentFile))).toBeUndefined();
    expect(whyNotOfOperators(file, agentFile)).toBeUndefined();
  });

  it("is nobody's where the agent may write the file, or put another in its place: refused, with the place and what to do", () => {
    for (const place of [file, dirname(file)]) {
      const why = as(place);
      expect(why).toContain(`the agent itself may write ${place};`);
      expect(why).toContain('thinking_cycle.mission_objectives_path');
      const charter = whyNotToldCharter(file, agentFile, (each) => each === place);
      expect(charter).toContain(`the agent itself may write ${place};`);
      expect(charter).toContain('constitutional.charter_path');
    }
  });

  it('is where a link leads', () => {
    const link = join(folder(), 'mission_objectives.json');
    symlinkSync(file, link);
    const may = (place: string) => place === dirname(file);
    expect(whyNotOfOperators(link, agentFile, may)).toContain(dirname(file));
  });

  it('does not matter where there is none', () => {
    expect(whyNotOfOperators(join(dirname(file), 'other.json'), agentFile, () => true)).toBeUndefined();
  });
});
