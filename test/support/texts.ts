import fc from 'fast-check';

const point = fc.oneof(fc.nat(0x7f), fc.nat(0x2fff), fc.nat(0xffff), fc.nat(0x10ffff));

/** As `anyText`, of so many code points at most. fast-check's own `unit: 'binary'` builds a map of all of Unicode first: a second, and 60 MB. */
export const anyTextUpTo = (pointsMax: number): fc.Arbitrary<string> =>
  fc.array(point, { maxLength: pointsMax }).map((points) => String.fromCodePoint(...points));

/** Any text that JavaScript can hold: control characters, halves of pairs, what is not assigned. */
export const anyText = anyTextUpTo(20);
