import { runEgress } from './egress.js';
import { runAsEntry } from './role-entry.js';

/** An entry of its own: the one process that reaches the internet reads what strangers send, and holds as little code as it can. */
await runAsEntry('egress', runEgress);
