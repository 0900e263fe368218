// What the machine is to do stands on the kernel's command line.
import { readFileSync } from 'node:fs';

const isCut = readFileSync('/proc/cmdline', 'utf8').split(/\s/).includes('janus.power-cut');
await import(isCut ? './power-cut.mjs' : './checks.mjs');
