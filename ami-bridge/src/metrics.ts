/** Figures of the bridge for Prometheus. All are read when they are asked for: nothing is counted twice. */
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { Bridge } from './bridge.ts';

export function bridgeMetrics(bridge: Bridge): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ pbx: bridge.state.pbxId });
  collectDefaultMetrics({ register: registry });
  const figures: [name: string, help: string, value: () => number][] = [
    ['headset_ami_events_total', 'Events received', () => bridge.ami.counts.events],
    ['headset_ami_ignored_total', 'Events that nobody uses', () => bridge.ami.counts.ignored],
    ['headset_ami_invalid_total', 'Events dropped: identifiers missing or malformed', () => bridge.ami.counts.invalid],
    ['headset_ami_unknown_frames_total', 'Frames dropped: neither event nor response', () => bridge.ami.counts.unknown],
    ['headset_ami_oversized_total', 'Connections ended because a frame did not end', () => bridge.ami.counts.oversized],
    ['headset_ami_connections_total', 'Connections tried', () => bridge.ami.counts.connections],
    ['headset_ami_ready', '1 while the PBX is connected and reconciled', () => Number(bridge.ami.state === 'ready')],
    [
      'headset_ami_login_refused',
      '1 when the PBX refused our login',
      () => Number(bridge.ami.state === 'login_refused'),
    ],
    ['headset_clock_offset_ms', "The PBX's clock minus ours", () => bridge.clockOffsetMs],
    ['headset_live_calls', 'Calls alive', () => bridge.state.calls.size],
    ['headset_outbox_facts', 'Facts that the server has not acknowledged', () => bridge.outbox.depth],
    ['headset_outbox_left_out_total', 'Facts left out for want of room', () => bridge.outbox.counts.leftOut],
    ['headset_outbox_write_errors_total', 'Writes to the outbox that failed', () => bridge.outbox.counts.writeErrors],
    [
      'headset_reconciled_from_record_total',
      "Calls told from the PBX's own record",
      () => bridge.gap.record?.counts.calls ?? 0,
    ],
    [
      'headset_record_damaged_total',
      'Entries of the record that could not be read',
      () => bridge.gap.record?.counts.damaged ?? 0,
    ],
    [
      'headset_record_headless_total',
      'Entries of calls whose beginning is not in the record',
      () => bridge.gap.record?.headless ?? 0,
    ],
    [
      'headset_record_gaps_total',
      'Times that a part of the record was gone',
      () => bridge.gap.record?.counts.gaps ?? 0,
    ],
    [
      'headset_cdr_missing_from_cel_total',
      'Calls in CDR that CEL does not have',
      () => bridge.gap.record?.cdr.counts.missingFromCel ?? 0,
    ],
    ['headset_not_reconciled', '1 while calls may be missing', () => Number(bridge.gap.notReconciledSince !== null)],
    ['headset_server_connected', '1 while the server takes facts', () => Number(bridge.link.connected)],
  ];
  for (const [name, help, value] of figures) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  }
  return registry;
}
