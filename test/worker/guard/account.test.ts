import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { assertAccountOfHands } from '../../../src/worker/guard/account.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();

it('the guard is of the account of the hands, or of root: another one would end nothing and say that all is dead (spec K1)', () => {
  const controls = folder();
  const { uid } = statSync(controls);
  expect(() => assertAccountOfHands(controls, uid + 1)).toThrow(`${controls} is of uid ${uid}, and the guard runs as uid ${uid + 1}`);
  for (const fine of [uid, 0]) expect(() => assertAccountOfHands(controls, fine)).not.toThrow();
  // Hands that were never started have none yet.
  expect(() => assertAccountOfHands(join(controls, 'away'), uid + 1)).not.toThrow();
});
