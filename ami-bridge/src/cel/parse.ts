/** `cel.csv` as records. The columns are told in pbx/README.md. Everything in it is hostile until it went through here. */
import { z } from 'zod';
import { identifierOf, plainText, type Micros } from '../ami/header.ts';
import { CEL_KINDS, type CelExtra, type CelKind, type CelRecord } from './cel-record.ts';
import { takeRows, type RowShape } from './csv-rows.ts';

export type ParsedRecord = { record: CelRecord; offset: number };
export type ParsedChunk = {
  records: ParsedRecord[];
  /** Bytes that are done with. */
  consumed: number;
  /** Rows that could not be read: torn, or with an identifier that cannot be one. */
  damaged: number;
};

const ROW: RowShape = { starts: /^"[\w .:-]{1,64}","\d{9,11}\.\d{1,6}","/, columns: 16 };
const KINDS: ReadonlySet<string> = new Set(CEL_KINDS);
const NOTHING: CelExtra = {
  cause: null,
  source: null,
  dialStatus: null,
  bridge: null,
  exten: null,
  secondChannel: null,
  queueStatus: null,
};

/** The records that are complete in a piece of the file. Never throws. */
export function parseChunk(chunk: Buffer): ParsedChunk {
  const { rows, consumed, damaged } = takeRows(chunk, ROW);
  const parsed: ParsedChunk = { records: [], consumed, damaged };
  for (const { fields, offset } of rows) {
    const record = readRecord(fields);
    if (record === 'damaged') parsed.damaged++;
    else if (record !== 'ignored') parsed.records.push({ record, offset });
  }
  return parsed;
}

function readRecord(fields: readonly string[]): CelRecord | 'ignored' | 'damaged' {
  const [type = '', time = '', call = '', uniqueId = '', linked = '', name = '', ...rest] = fields;
  const [number = '', callerName = '', , exten = '', , app = '', appData = '', , extra = '', userType = ''] = rest;
  const kind = userType === '' ? type : userType;
  if (!isKind(kind)) return 'ignored';
  const [at, id, channel] = [microsOf(time), identifierOf(uniqueId), identifierOf(name)];
  if (at === null || id === null || channel === null) return 'damaged';
  return {
    kind,
    at,
    headsetCall: identifierOf(call),
    id,
    linkedId: identifierOf(linked) ?? id,
    channel,
    number: plainText(number),
    callerName: plainText(callerName),
    exten: plainText(exten),
    app: plainText(app),
    appData: plainText(appData),
    extra: readExtra(extra),
  };
}

function isKind(kind: string): kind is CelKind {
  return KINDS.has(kind);
}

/** `1795332986.599336` in microseconds. */
function microsOf(time: string): Micros | null {
  const match = /^(\d{9,11})\.(\d{1,6})$/.exec(time);
  return match === null ? null : Number(match[1]) * 1_000_000 + Number((match[2] ?? '').padEnd(6, '0'));
}

const extraSchema = z.object({
  hangupcause: z.number().int().nullable().catch(null),
  hangupsource: z.string().nullable().catch(null),
  dialstatus: z.string().nullable().catch(null),
  bridge_id: z.string().nullable().catch(null),
  extension: z.string().nullable().catch(null),
  channel2_name: z.string().nullable().catch(null),
  extra: z.string().nullable().catch(null),
});

function readExtra(text: string): CelExtra {
  if (!text.startsWith('{')) return NOTHING;
  try {
    const extra = extraSchema.parse(JSON.parse(text));
    return {
      cause: extra.hangupcause,
      source: identifierOf(extra.hangupsource ?? ''),
      dialStatus: plainText(extra.dialstatus ?? ''),
      bridge: identifierOf(extra.bridge_id ?? ''),
      exten: plainText(extra.extension ?? ''),
      secondChannel: identifierOf(extra.channel2_name ?? ''),
      queueStatus: plainText(extra.extra ?? ''),
    };
  } catch {
    return NOTHING;
  }
}
