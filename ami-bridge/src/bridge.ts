/**
 * The parts of a bridge, joined: AMI → tracker → outbox → server, and commands the other way. Facts are worked through the moment
 * they arrive; writing and sending happen once a turn of the event loop.
 */
import type { Logger } from 'pino';
import { AmiConnection, type ConnectionLimits, type DisconnectReason } from './ami/connection.ts';
import type { AmiEvent } from './ami/events.ts';
import type { Snapshot } from './ami/snapshot.ts';
import { Gap } from './cel/gap.ts';
import { RecordKeeper } from './cel/record-keeper.ts';
import { Executor } from './commands/executor.ts';
import { allowsCommands } from './commands/rights.ts';
import type { Config } from './config.ts';
import { Link } from './link.ts';
import type { Beat } from './pbx-link.ts';
import { Outbox } from './outbox/outbox.ts';
import type { Change } from './tracker/change.ts';
import { commit, restoredState } from './tracker/commit.ts';
import { disconnected, reconcile } from './tracker/reconcile.ts';
import { retell } from './tracker/retell.ts';
import type { TrackerState } from './tracker/state.ts';
import { step, stepAfterGap } from './tracker/step.ts';

export class Bridge {
  readonly state: TrackerState;
  readonly outbox: Outbox;
  readonly ami: AmiConnection;
  readonly link: Link;
  readonly gap: Gap;
  readonly #executor: Executor;
  readonly #config: Config;
  readonly #log: Logger;
  /** Whether the PBX lets us act: ours does, an existing one says so after each login. */
  #mayCommand: boolean;
  /** The PBX's clock minus ours, as of the last snapshot. */
  clockOffsetMs = 0;
  /** The link to the PBX was told lost, or never told: told once a gap. */
  #toldDisconnected = false;
  #flushing = false;

  constructor(config: Config, log: Logger, limits: Partial<ConnectionLimits> = {}) {
    this.#config = config;
    this.#log = log;
    this.#mayCommand = config.mode === 'own';
    const { outbox, recovered } = Outbox.open(config.stateDir, config.pbxId);
    this.outbox = outbox;
    this.state = restoredState(config.pbxId, recovered);
    log.info(
      { facts: outbox.depth, calls: recovered.calls.size, damagedLines: recovered.damagedLines },
      'outbox opened',
    );
    this.ami = new AmiConnection(
      config.ami,
      {
        onSnapshot: (snapshot, events) => this.#resynchronise(snapshot, events),
        onEvent: (event) => this.#receive(event),
        onDisconnected: (reason) => this.#lost(reason),
      },
      limits,
    );
    this.gap = new Gap(this.#openRecord(config), log);
    this.gap.record?.saw(
      recovered.deliveries.map(({ event }) => event),
      true,
    );
    this.#executor = new Executor({
      config,
      ami: this.ami,
      isReadOnly: () => this.ami.state === 'ready' && !this.#mayCommand,
      state: this.state,
      log,
    });
    this.link = new Link(config, outbox, {
      onCommand: (command) => this.#executor.execute(command),
      beat: () => this.beat(),
      onDrained: () => this.#drained(),
      onConnected: (connected) => log.info({ connected, facts: outbox.depth }, 'link to the server'),
      onRefused: (reason) => log.warn({ reason }, 'the server did not take us'),
    });
  }

  start(): void {
    this.ami.start();
    this.gap.start();
  }

  stop(): void {
    this.gap.stop();
    this.ami.stop();
    this.link.close();
    this.outbox.close();
  }

  beat(): Beat {
    return {
      pbx: this.gap.isReading ? 'reconciling' : this.ami.state,
      readOnly: !this.#mayCommand,
      outboxDepth: this.outbox.depth,
      liveCalls: this.state.calls.size,
      notReconciledSince: this.gap.notReconciledSince,
    };
  }

  /** Puts a change into the state and the outbox; written and sent at the end of the turn, with all else that it brings. */
  #apply(change: Change): void {
    commit(change);
    if (change.facts.length === 0) return;
    this.outbox.append(change);
    this.gap.record?.saw(change.facts, !this.outbox.overflowed);
    this.#endOfTurn();
  }

  #endOfTurn(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      this.outbox.flush();
      this.link.pump();
    });
  }

  #openRecord({ recordDir, stateDir, mode }: Config): RecordKeeper | null {
    if (recordDir === undefined) return null;
    const tell = (change: Change) => this.#apply(change);
    const { state, outbox } = this;
    return new RecordKeeper({ recordDir, stateDir, fromBeginning: mode === 'own', state, outbox, tell });
  }

  #receive(event: AmiEvent): void {
    if (!this.gap.keeps(event)) this.#apply(step(this.state, event));
  }

  #resynchronise(snapshot: Snapshot, events: AmiEvent[]): void {
    this.clockOffsetMs = snapshot.clockOffsetMs;
    this.gap.end(snapshot, events, (before, after) => this.#synchronise(snapshot, before, after));
  }

  /** What came before the PBX was asked is in its answer, but told better by the events themselves, and best by its record. */
  #synchronise(snapshot: Snapshot, before: AmiEvent[], after: AmiEvent[]): void {
    this.#toldDisconnected = false;
    for (const event of before) this.#apply(stepAfterGap(this.state, event));
    this.#apply(reconcile(this.state, snapshot));
    for (const event of after) this.#apply(step(this.state, event));
    const { pbxVersion, clockOffsetMs } = snapshot;
    this.#log.info({ pbxVersion, clockOffsetMs, calls: this.state.calls.size }, 'the PBX is connected');
    void this.#resume();
  }

  async #resume(): Promise<void> {
    if (this.#config.mode === 'existing') {
      this.#mayCommand = await this.ami.action({ Action: 'ListCommands' }).then(allowsCommands, () => false);
      if (!this.#mayCommand) this.#log.info('the PBX lets us see and not act: read-only');
    }
    await this.#executor.resume();
  }

  #lost(reason: DisconnectReason): void {
    const at = (Date.now() + this.clockOffsetMs) * 1000;
    this.gap.begin(at);
    const alarm = reason === 'login_refused';
    this.#log[alarm ? 'error' : 'warn'](
      { reason },
      alarm ? 'the PBX refuses our login: not tried again' : 'no link to the PBX',
    );
    if (this.#toldDisconnected) return;
    this.#toldDisconnected = true;
    this.#apply(disconnected(this.state, reason, at));
  }

  /** After an overflow the server has everything that there was room for: now it is told what still holds. */
  #drained(): void {
    if (!this.outbox.overflowed) return;
    this.#log.warn({ leftOut: this.outbox.counts.leftOut }, 'facts were left out: live calls are told again');
    this.outbox.clearOverflow();
    this.#apply(retell(this.state));
    this.ami.resync();
  }
}
