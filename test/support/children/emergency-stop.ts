import { readEmergencyStop } from '../../../src/adapters/host/emergency-stop.js';

/** Reports what this account can tell about the file. */
process.send?.(readEmergencyStop(process.argv[2] ?? '') ?? 'not set', () => process.disconnect());
