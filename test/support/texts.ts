import fc from 'fast-check';

const point = fc.oneof(fc.nat(0x7f), fc.nat(0x2fff), fc.nat(0xffff), fc.nat(0x10ffff));

/** Any text that JavaScript can hold: control characters, halves of pairs, what is not assigned. */
export const anyText = fc.array(point, { maxLength: 20 }).map((points) => String.fromCodePoint(...points));
