import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { workflowTypes } from '../../src/contract/names.js';
import * as workflows from '../../src/workflows/index.js';

it('the bundle exports the workflows that the contract names, and nothing else', () => {
  expect(Object.keys(workflows).sort()).toEqual([...new Set(Object.values(workflowTypes))].sort());
});

it('the state of a proposal is changed by its own functions only', () => {
  const folder = new URL('../../src/workflows/proposal', import.meta.url).pathname;
  const changing = readdirSync(folder).filter((name) => /\bChanging\b/.test(readFileSync(join(folder, name), 'utf8')));
  expect(changing.sort()).toEqual(['question.ts', 'state.ts']);
});
