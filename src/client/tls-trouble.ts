import type { ConnectionOptions } from 'node:tls';
import { connect as dialTls } from 'node:tls';
import { splitAddress } from './address.js';
import type { TemporalConnection } from './temporal-connection.js';

type Tls = Exclude<TemporalConnection['connectionOptions']['tls'], boolean | null | undefined>;

const handshakeMilliseconds = 3_000;
/** For the word of a server that has taken the handshake for done; not each has one. */
const wordMilliseconds = 500;

const ofItsAuthority = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];
/** The other side's own word, which it has only where it speaks TLS. */
const isAlert = (code = '') => /^ERR_SSL_.*ALERT/.test(code);
const ofNoTls = ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'];

/** What a failed handshake means; undefined for what says nothing about the profile. */
function wordsOf(code: string, tls: Tls | undefined): string | undefined {
  if (ofNoTls.includes(code)) return 'it speaks no TLS, and the profile asks for it';
  if (ofItsAuthority.includes(code)) return 'its certificate is of an authority that the profile does not name (server_ca_cert_path)';
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired';
  if (code === 'CERT_NOT_YET_VALID') return 'its certificate is not valid yet';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'its certificate is for other names (server_name)';
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') return 'the key of the profile is not that of its certificate (client_key_path)';
  if (!isAlert(code)) return undefined;
  return tls?.clientCertPair === undefined || tls.clientCertPair === null
    ? 'it asks for a client certificate, and the profile has none (client_cert_path)'
    : 'it does not take the client certificate of the profile (client_cert_path)';
}

interface Handshake {
  /** Whether what listens there speaks TLS. */
  readonly isTls: boolean;
  /** Of the error that it ended with; undefined where it succeeds, or time is over. */
  readonly code: string | undefined;
}

function handshake(address: string, options: ConnectionOptions): Promise<Handshake> {
  return new Promise((resolve) => {
    const { host, port } = splitAddress(address);
    const socket = dialTls({ host, port, ALPNProtocols: ['h2'], ...options });
    let isTls = false;
    const finish = (code?: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ isTls: isTls || isAlert(code), code });
    };
    socket.once('secureConnect', () => {
      isTls = true;
      clearTimeout(timer);
      timer = setTimeout(finish, wordMilliseconds);
    });
    let timer = setTimeout(finish, handshakeMilliseconds);
    // A server that asks for a certificate refuses only after the client took the handshake for done; one that is content speaks first.
    socket.once('data', () => finish());
    socket.once('error', ({ code }: NodeJS.ErrnoException) => finish(code));
    socket.once('close', () => finish());
  });
}

/** Why no connection of this profile comes about, where TLS is why: gRPC itself only says that time is over. Undefined where it is not, or cannot be told. */
export async function tlsTroubleOf({
  address,
  connectionOptions,
}: Pick<TemporalConnection, 'address' | 'connectionOptions'>): Promise<string | undefined> {
  const { tls: asked } = connectionOptions;
  try {
    if (asked === undefined || asked === null || asked === false) {
      const { isTls } = await handshake(address, { rejectUnauthorized: false });
      return isTls ? 'it speaks TLS, and the profile has none' : undefined;
    }
    const tls = asked === true ? undefined : asked;
    const { crt, key } = tls?.clientCertPair ?? {};
    const { code } = await handshake(address, {
      servername: tls?.serverNameOverride ?? splitAddress(address).host,
      ...(tls?.serverRootCACertificate && { ca: Buffer.from(tls.serverRootCACertificate) }),
      ...(crt && key && { cert: Buffer.from(crt), key: Buffer.from(key) }),
    });
    return code === undefined ? undefined : wordsOf(code, tls);
  } catch (error) {
    // What the profile names cannot be read as a certificate or a key.
    const { code = '' } = error as NodeJS.ErrnoException;
    return wordsOf(code, undefined) ?? (code.startsWith('ERR_OSSL') ? `its certificates or its key cannot be read (${code})` : undefined);
  }
}
