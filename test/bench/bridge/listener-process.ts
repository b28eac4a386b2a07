/**
 * Whoever reads the events, as a process of its own: `bare` is asterisk-manager and a counter, `bridge` is the bridge's connection and
 * tracker, fact by fact.
 */
import AsteriskManager from 'asterisk-manager';
import { z } from 'zod';
import { AmiConnection } from '../../../ami-bridge/src/ami/connection.ts';
import type { AmiEvent } from '../../../ami-bridge/src/ami/events.ts';
import type { Change } from '../../../ami-bridge/src/tracker/change.ts';
import { commit } from '../../../ami-bridge/src/tracker/commit.ts';
import { reconcile } from '../../../ami-bridge/src/tracker/reconcile.ts';
import { emptyState } from '../../../ami-bridge/src/tracker/state.ts';
import { step } from '../../../ami-bridge/src/tracker/step.ts';
import type { Told } from './messages.ts';

const REPORT_MS = 20;
/** `bridge-watched` is the bridge with each event's lateness noted: that costs, and is left out where the rate is measured. */
const { AMI_PORT, LISTENER } = z
  .object({ AMI_PORT: z.coerce.number(), LISTENER: z.enum(['bare', 'bridge', 'bridge-watched']) })
  .parse(process.env);
const watched = LISTENER === 'bridge-watched';

const tell = (told: Told): void => void process.send?.(told);
let lagMs: number[] = [];
const events = LISTENER === 'bare' ? listenBare() : listenAsBridge();
let reported = 0;
setInterval(() => {
  if (events() === reported) return;
  reported = events();
  tell({ told: 'read', events: reported, lagMs });
  lagMs = [];
}, REPORT_MS);
process.once('disconnect', () => process.exit(0));

function listenBare(): () => number {
  let count = 0;
  const manager = new AsteriskManager(null, '127.0.0.1', 'bridge', 'secret', true);
  manager.on('managerevent', () => count++);
  manager.connect(AMI_PORT, '127.0.0.1', () => manager.login(() => tell({ told: 'ready' })));
  return () => count;
}

function listenAsBridge(): () => number {
  const state = emptyState('main');
  const take = (change: Change): void => commit(change);
  const connection = new AmiConnection(
    { host: '127.0.0.1', port: AMI_PORT, user: 'bridge', secret: 'secret' },
    {
      onSnapshot: (snapshot) => {
        take(reconcile(state, snapshot));
        tell({ told: 'ready' });
      },
      onEvent: (event: AmiEvent) => {
        take(step(state, event));
        if (watched) lagMs.push(performance.timeOrigin + performance.now() - event.at / 1000);
      },
      onDisconnected: (reason) => console.error(`the bench lost its PBX: ${reason}`),
    },
  );
  connection.start();
  return () => connection.counts.events;
}
