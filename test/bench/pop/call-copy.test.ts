import { describe, expect, test } from 'vitest';
import { parseFrame, readTrace } from '../../ami-trace.ts';
import { copyOf, type PlayedCall } from './call-copy.ts';
import { readCallTrace } from './call-trace.ts';

const read = async (name: string) => readCallTrace(name, (await readTrace(name)).frames);
const startsAtMs = Date.UTC(2026, 10, 22, 9);
const textOf = (call: PlayedCall) => call.frames.map(({ text }) => text).join('');
const headersOf = (call: PlayedCall, name: string) =>
  call.frames.flatMap(({ text }) => {
    const value = parseFrame(text.replaceAll('\r\n', '\n'))[name];
    return typeof value === 'string' ? [value] : [];
  });

describe('a copy of a recorded call', () => {
  test('has nothing of the recording’s ids, phone or caller', async () => {
    const trace = await read('answered-caller-hangs-up');
    const copy = copyOf(trace, { number: 7, startsAtMs, caller: '74950001000', extensions: ['2007'] });
    const recorded = (await readTrace(trace.name)).frames.join('\n');
    const strange = [...textOf(copy).matchAll(/\b\d{9,10}\.\d+\b|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|-[0-9a-f]{8}\b/g)];
    expect(strange.length).toBeGreaterThan(100);
    expect(strange.filter(([id]) => recorded.includes(id)).map(([id]) => id)).toEqual([]);
    expect(textOf(copy)).not.toMatch(/\b1001\b|74950012233/);
    expect(new Set(headersOf(copy, 'membername'))).toEqual(new Set(['2007']));
  });

  test('is one call: what was the same id in the recording is the same in the copy', async () => {
    const copy = copyOf(await read('hold-and-retrieve'), {
      number: 1,
      startsAtMs,
      caller: '74950001000',
      extensions: ['2001'],
    });
    expect(new Set(headersOf(copy, 'linkedid'))).toEqual(new Set([copy.id]));
    expect(copy).toMatchObject({ legs: 2, queueVisits: 1 });
  });

  test('goes on at the recording’s pace, from its own beginning', async () => {
    const copy = copyOf(await read('abandoned-while-ringing'), {
      number: 1,
      startsAtMs,
      caller: '74950001000',
      extensions: ['2001'],
    });
    const paces = copy.frames.map(({ afterMs }) => afterMs);
    expect(paces).toEqual(paces.toSorted((a, b) => a - b));
    expect(Number(headersOf(copy, 'timestamp').at(-1))).toBeCloseTo((startsAtMs + (paces.at(-1) ?? 0)) / 1000, 5);
  });

  test('tells which phone is offered which leg, for each phone in turn', async () => {
    const copy = copyOf(await read('rejected-then-other-agent'), {
      number: 1,
      startsAtMs,
      caller: '74950001000',
      extensions: ['2001', '2002'],
    });
    const offers = copy.frames.flatMap(({ offers }) => offers ?? []);
    expect(offers.map(({ extension }) => extension)).toEqual(['2001', '2002']);
    expect(new Set(offers.map(({ legId }) => legId)).size).toBe(2);
  });

  test('shares no id with the next', async () => {
    const trace = await read('answered-agent-hangs-up');
    const [one, other] = [1, 2].map((number) =>
      copyOf(trace, { number, startsAtMs, caller: '74950001000', extensions: ['2001'] }),
    );
    expect(
      one && other && headersOf(one, 'uniqueid').filter((id) => headersOf(other, 'uniqueid').includes(id)),
    ).toEqual([]);
  });

  test('is refused of a recording that is no call to an agent', async () => {
    await expect(read('abandoned-in-queue')).rejects.toThrow(/nobody's phone/);
  });
});
