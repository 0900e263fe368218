'use strict';
// Read before anything that an old Node cannot even parse; hence no newer syntax here.
var found = process.versions.node.split('.').map(Number);
var isKnown = (found[0] === 20 && found[1] >= 19) || (found[0] === 22 && found[1] >= 12) || found[0] > 22;
if (!isKnown) {
  process.stderr.write(
    'ubos: node ' + process.versions.node + ' is too old or unknown\n  → install Node.js ^20.19 or >=22.12, and see that PATH finds it\n',
  );
  process.exit(1);
}
