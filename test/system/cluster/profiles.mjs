import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The profile of the vessels with lines of it changed, as a file of its own. */
export function changedProfile(place, name, change) {
  const folder = join(place.folder, 'profiles');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.toml`);
  writeFileSync(file, change(readFileSync(place.profile('janus'), 'utf8')));
  return file;
}

export const withoutCertificate = (text) => text.replaceAll(/^client_(cert|key)_path.*\n/gm, '');
export const withoutKey = (text) => text.replace(/^api_key.*\n/m, '');
export const withKey = (change) => (text) => text.replace(/(?<=^api_key = ")[^"]*/m, change);

/** A token that says the same, by a key of somebody else's under the same name. */
export function forged(token) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const said = token.split('.').slice(0, 2).join('.');
  return `${said}.${sign('sha256', Buffer.from(said), privateKey).toString('base64url')}`;
}

/** A token whose permissions were changed under its signature. */
export function amended(token) {
  const [head, body = '', signature] = token.split('.');
  const said = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), permissions: ['temporal-system:admin', 'vessels:admin'] };
  return [head, Buffer.from(JSON.stringify(said)).toString('base64url'), signature].join('.');
}
