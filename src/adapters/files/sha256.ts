import { hash } from 'node:crypto';

/** SHA-256 in hex, of text as UTF-8: what every digest of Janus is made with. For what is too large for memory see `createHash`. */
export const sha256 = (content: string | Uint8Array): string => hash('sha256', content);

/** A key as `ssh-keygen -l` shows it: SHA-256 of its bytes, base64 without padding. */
export const keyFingerprint = (key: Uint8Array): string => `SHA256:${hash('sha256', key, 'base64').replace(/=+$/, '')}`;
