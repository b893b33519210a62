/* Blind signatures of RFC 9474 (RSABSSA-SHA384-PSS-Randomized) with WebCrypto and BigInt: the
   voter's half. The city's half is services/citizens/ballots/blind.py, held to the RFC's vector. */

const HASH = "SHA-384", HASH_BYTES = 48, SALT_BYTES = 48, PREFIX_BYTES = 32, TOKEN_BYTES = 32;

/** @param {Uint8Array} bytes */
export const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
/** @param {string} text */
export const fromBase64 = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

/** @param {Uint8Array} bytes */
const number = (bytes) => BigInt(`0x${[...bytes].map((one) => one.toString(16).padStart(2, "0")).join("") || "0"}`);
/** @param {bigint} value @param {number} length */
function bytesOf(value, length) {
  const digits = value.toString(16).padStart(2 * length, "0");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** @param {...Uint8Array} parts */
function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}

/** @param {number} length */
const chance = (length) => crypto.getRandomValues(new Uint8Array(length));
/** @param {Uint8Array} bytes */
const hashed = async (bytes) => new Uint8Array(await crypto.subtle.digest(HASH, bytes));

/** @param {bigint} base @param {bigint} power @param {bigint} modulus */
function raised(base, power, modulus) {
  let result = 1n, square = base % modulus;
  for (let left = power; left > 0n; left >>= 1n) {
    if (left & 1n) result = result * square % modulus;
    square = square * square % modulus;
  }
  return result;
}

/** @param {bigint} value @param {bigint} modulus @returns {bigint | null} null where there is none */
function inverse(value, modulus) {
  let [one, other, first, second] = [value % modulus, modulus, 1n, 0n];
  while (other > 0n) {
    const quotient = one / other;
    [one, other] = [other, one - quotient * other];
    [first, second] = [second, first - quotient * second];
  }
  return one === 1n ? (first % modulus + modulus) % modulus : null;
}

/** EMSA-PSS-ENCODE (RFC 8017, 9.1.1) for a modulus of whole bytes. @param {Uint8Array} message @param {number} length */
async function encoded(message, length) {
  const salt = chance(SALT_BYTES);
  const digest = await hashed(joined(new Uint8Array(8), await hashed(message), salt));
  const block = joined(new Uint8Array(length - SALT_BYTES - HASH_BYTES - 2), Uint8Array.of(1), salt);
  for (let round = 0; round * HASH_BYTES < block.length; round++) {
    const mask = await hashed(joined(digest, bytesOf(BigInt(round), 4)));
    for (let n = 0; n < HASH_BYTES && round * HASH_BYTES + n < block.length; n++) block[round * HASH_BYTES + n] ^= mask[n];
  }
  block[0] &= 0x7f; // emBits is one less than the modulus
  return joined(block, digest, Uint8Array.of(0xbc));
}

/** The key of a box. @param {string} spki base64 */
export async function tokenKey(spki) {
  const way = { name: "RSA-PSS", hash: HASH };
  const key = await crypto.subtle.importKey("spki", fromBase64(spki), way, true, ["verify"]);
  const shown = await crypto.subtle.exportKey("jwk", key);
  const n = fromBase64(/** @type {string} */ (shown.n));
  return { key, n: number(n), e: number(fromBase64(/** @type {string} */ (shown.e))), length: n.length };
}

/** A fresh token blinded: `blinded` goes to the city, the rest stays. @param {Awaited<ReturnType<typeof tokenKey>>} key */
export async function blinded(key) {
  const prepared = joined(chance(PREFIX_BYTES), chance(TOKEN_BYTES));
  const message = number(await encoded(prepared, key.length));
  for (;;) {
    const factor = number(chance(key.length)) % key.n;
    const undo = inverse(factor, key.n);
    if (factor < 2n || undo === null) continue;
    const sent = bytesOf(message * raised(factor, key.e, key.n) % key.n, key.length);
    return { prepared: toBase64(prepared), undo: undo.toString(16), blinded: toBase64(sent) };
  }
}

/** The token, or null when the city's signature does not hold.
 * @param {Awaited<ReturnType<typeof tokenKey>>} key @param {{prepared: string, undo: string}} kept @param {string} signed */
export async function token(key, kept, signed) {
  const prepared = fromBase64(kept.prepared);
  const signature = bytesOf(number(fromBase64(signed)) * BigInt(`0x${kept.undo}`) % key.n, key.length);
  const holds = await crypto.subtle.verify({ name: "RSA-PSS", saltLength: SALT_BYTES }, key.key, signature, prepared);
  return holds ? toBase64(joined(prepared, signature)) : null;
}
