import { runAsEntry } from './role-entry.js';
import { runWitness } from './witness.js';

/** An entry of its own: the process that holds the key of the heads. */
await runAsEntry('witness', runWitness);
