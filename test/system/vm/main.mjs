// What the machine is to do stands on the kernel's command line.
import { readFileSync } from 'node:fs';

const isCut = readFileSync('/proc/cmdline', 'utf8').split(/\s/).includes('janus.power-cut');
// A machine whose power is cut has nothing to do in a login session.
if (!isCut || process.argv[2] !== 'session') await import(isCut ? './power-cut.mjs' : './checks.mjs');
