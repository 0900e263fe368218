import { lstatSync } from 'node:fs';
import { removeWorkspace } from '../../../src/adapters/sandbox/upkeep/remove-workspace.js';

/** Removes one workspace as whoever it is started as, and reports what came of it. */
const [workspace = ''] = process.argv.slice(2);
const removal = await removeWorkspace(workspace, lstatSync(workspace));
process.send?.({ uid: process.getuid?.(), ...removal }, () => process.disconnect());
