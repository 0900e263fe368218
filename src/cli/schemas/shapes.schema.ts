/** What the shapes of `--json` are made of. */
export { z } from 'zod';
export { shapeOf } from './shape-of.js';
export * from './basics.schema.js';
export { outcome, listed, proposal } from './proposal.schema.js';
export { preview, previewed } from './preview.schema.js';
export { result } from './result.schema.js';
export { healthFinding } from './health.schema.js';
export { heldCondition, knownPlaybook, triggerResult } from './playbook.schema.js';
