import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootPath } from '../prepare.mjs';
import { productionPackages } from './packages.mjs';

const readPackage = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** A word of SPDX, or an expression of several. */
const licensed = (license) => {
  if (typeof license !== 'string') return {};
  return {
    licenses: [/[ ()]/.test(license) ? { expression: license } : { license: /^see /i.test(license) ? { name: license } : { id: license } }],
  };
};

const hashOfIntegrity = (integrity) =>
  (integrity ?? '')
    .split(' ')
    .filter((each) => each.startsWith('sha512-'))
    .map((each) => ({ alg: 'SHA-512', content: Buffer.from(each.slice('sha512-'.length), 'base64').toString('hex') }));

function ofPackage({ path, version, integrity }) {
  const { name, license } = readPackage(join(rootPath, path));
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return { 'bom-ref': `${purl}#${path}`, type: 'library', name, version, purl, hashes: hashOfIntegrity(integrity), ...licensed(license) };
}

function ofProgram({ name, version, purl, file, license }) {
  const sum = createHash('sha256').update(readFileSync(file)).digest('hex');
  return { 'bom-ref': purl, type: 'application', name, version, purl, hashes: [{ alg: 'SHA-256', content: sum }], ...licensed(license) };
}

/**
 * CycloneDX 1.5: what a release carries that others made. Not by `npm sbom --omit dev`, which leaves out what a package for development needs, too.
 * The same sources give the same text: no serial number, no time.
 */
export function billOfMaterials({ node, temporal }) {
  const { name, version, license } = readPackage(rootPath);
  const component = { 'bom-ref': `pkg:npm/${name}@${version}`, type: 'application', name, version, ...licensed(license) };
  const programs = [
    ofProgram({ name: 'node', license: 'MIT', purl: `pkg:github/nodejs/node@v${node.version}`, ...node }),
    ofProgram({ name: 'temporal', license: 'MIT', purl: `pkg:github/temporalio/cli@v${temporal.version}`, ...temporal }),
  ];
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component },
    components: [...productionPackages().map(ofPackage), ...programs],
  };
}
