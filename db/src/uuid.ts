/**
 * UUIDv7 (RFC 9562, section 5.7): ids that sort by the time they were made, so that new rows land at the end of an index.
 *
 * Within one process ids only grow (method 1 of section 6.2): the 12 bits after the time are a counter, and when it runs out, or
 * the clock goes back, the time runs on from the last id's.
 */
import { randomBytes } from 'node:crypto';

const COUNTER_MAX = 0xfff;
let lastMs = 0;
let counter = 0;

/** A new id. `nowMs`: milliseconds since 1970, for tests. */
export function uuidv7(nowMs = Date.now()): string {
  const random = randomBytes(10);
  if (nowMs > lastMs) {
    lastMs = nowMs;
    // The upper half stays free: at least 2,048 ids of one millisecond before the time has to run on.
    counter = random.readUInt16BE(8) & (COUNTER_MAX >> 1);
  } else if (counter < COUNTER_MAX) {
    counter += 1;
  } else {
    lastMs += 1;
    counter = 0;
  }
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  random.copy(bytes, 8, 0, 8);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
