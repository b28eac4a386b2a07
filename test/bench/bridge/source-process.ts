/** A PBX that says as much as it is told to: recorded calls, as fast as they are taken, or at a rate. A process of its own. */
import { RawAmi } from '../../raw-ami.ts';
import { CallSource, readRecordedCalls } from '../pop/recorded-calls.ts';
import { play } from '../pop/play.ts';
import { orderSchema, type Told } from './messages.ts';

/** Calls that are under way at the same time when they come as fast as they are taken. */
const AT_ONCE = 50;
const PHONES = Array.from({ length: 500 }, (_, index) => String(2000 + index));
const CALLERS = ['74950012233', '74712001122'];

const { traces, answers } = await readRecordedCalls();
const pbx = await RawAmi.listen(answers);
const source = new CallSource(traces, PHONES, CALLERS);
const tell = (told: Told): void => void process.send?.(told);
const framesPerCall = traces.reduce((sum, { frames }) => sum + frames.length, 0) / traces.length;
tell({ told: 'listening', port: pbx.port, framesPerCall });

process.on('message', (raw) => {
  const order = orderSchema.parse(raw);
  if (order.order === 'flood') flood(order.calls);
  else void storm(order.callsPerSecond, order.seconds);
});
process.once('disconnect', () => process.exit(0));

function flood(calls: number): void {
  let events = 0;
  const bytes: Buffer[] = [];
  for (let made = 0; made < calls; made += AT_ONCE) {
    const under = Array.from({ length: Math.min(AT_ONCE, calls - made) }, () =>
      source.next().frames.map(({ text }) => text),
    );
    // Their frames in turn, as of calls that run side by side.
    for (let index = 0; under.some((frames) => index < frames.length); index++) {
      const turn = under.flatMap((frames) => frames[index] ?? []);
      events += turn.length;
      bytes.push(Buffer.from(turn.join('')));
    }
  }
  tell({ told: 'flooding', events });
  for (const each of bytes) pbx.write(each);
}

async function storm(callsPerSecond: number, seconds: number): Promise<void> {
  const calls = await play({
    callsPerSecond,
    calls: Math.ceil(callsPerSecond * seconds),
    next: () => source.next(),
    say: (text) => pbx.write(text),
    onOffer: () => {},
    signal: new AbortController().signal,
  });
  tell({ told: 'stormed', events: calls.reduce((sum, { frames }) => sum + frames.length, 0) });
}
